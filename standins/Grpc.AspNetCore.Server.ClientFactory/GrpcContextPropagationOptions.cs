namespace Grpc.AspNetCore.ClientFactory;

/// <summary>How the context of a served call is passed on.</summary>
public class GrpcContextPropagationOptions
{
    /// <summary>Whether a call made outside a served call goes out as it is, instead of failing.</summary>
    public bool SuppressContextNotFoundErrors { get; set; }
}

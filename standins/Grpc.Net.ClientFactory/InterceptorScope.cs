namespace Grpc.Net.ClientFactory;

/// <summary>Who shares an interceptor.</summary>
public enum InterceptorScope
{
    /// <summary>All clients of the name: it is made once, with the channel.</summary>
    Channel = 0,

    /// <summary>Nobody: each client has its own.</summary>
    Client = 1,
}

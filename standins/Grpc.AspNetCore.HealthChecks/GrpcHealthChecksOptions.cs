namespace Grpc.AspNetCore.HealthChecks;

/// <summary>What the health service says of which service.</summary>
public sealed class GrpcHealthChecksOptions
{
    /// <summary>Which health checks say what of which service. The server as a whole, named "", follows all of them.</summary>
    public ServiceMappingCollection Services { get; } = [];

    /// <summary>Whether Check answers what was last published, instead of running the checks.</summary>
    public bool UseHealthChecksCache { get; set; }

    /// <summary>Whether watchers stay connected when the application stops, instead of being told NOT_SERVING and let go.</summary>
    public bool SuppressCompletionOnShutdown { get; set; }
}

namespace Grpc.AspNetCore.HealthChecks;

/// <summary>A health check that may be mapped to a service.</summary>
public sealed class HealthCheckMapContext
{
    /// <summary>Keeps both.</summary>
    public HealthCheckMapContext(string name, IEnumerable<string> tags)
    {
        Name = name;
        Tags = tags;
    }

    /// <summary>As it was registered.</summary>
    public string Name { get; }

    /// <summary>As it was registered.</summary>
    public IEnumerable<string> Tags { get; }
}

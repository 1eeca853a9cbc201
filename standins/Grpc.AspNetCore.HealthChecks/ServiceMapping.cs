namespace Grpc.AspNetCore.HealthChecks;

/// <summary>Which health checks decide about a service.</summary>
public sealed class ServiceMapping
{
    /// <summary>By the checks themselves: only those chosen are run.</summary>
    public ServiceMapping(string name, Func<HealthCheckMapContext, bool> predicate)
    {
        ArgumentNullException.ThrowIfNull(name);
        ArgumentNullException.ThrowIfNull(predicate);
        Name = name;
        HealthCheckPredicate = predicate;
    }

    /// <summary>By what checks found: all are run, and only those chosen count.</summary>
    public ServiceMapping(string name, Func<HealthResult, bool> predicate)
    {
        ArgumentNullException.ThrowIfNull(name);
        ArgumentNullException.ThrowIfNull(predicate);
        Name = name;
        Predicate = predicate;
    }

    /// <summary>Of the service; empty means the server as a whole.</summary>
    public string Name { get; }

    /// <summary>Chooses checks to run; null if results are chosen.</summary>
    public Func<HealthCheckMapContext, bool>? HealthCheckPredicate { get; }

    /// <summary>Chooses results; null if checks are chosen.</summary>
    public Func<HealthResult, bool>? Predicate { get; }
}

using Microsoft.Extensions.Diagnostics.HealthChecks;

namespace Grpc.AspNetCore.HealthChecks;

/// <summary>What a health check found.</summary>
public sealed class HealthResult
{
    /// <summary>Keeps all of it.</summary>
    public HealthResult(
        string name,
        IEnumerable<string> tags,
        HealthStatus status,
        string? description,
        TimeSpan duration,
        Exception? exception,
        IReadOnlyDictionary<string, object> data)
    {
        Name = name;
        Tags = tags;
        Status = status;
        Description = description;
        Duration = duration;
        Exception = exception;
        Data = data;
    }

    /// <summary>Of the check.</summary>
    public string Name { get; }

    /// <summary>Of the check.</summary>
    public IEnumerable<string> Tags { get; }

    /// <summary>What it found.</summary>
    public HealthStatus Status { get; }

    /// <summary>In words.</summary>
    public string? Description { get; }

    /// <summary>How long it took.</summary>
    public TimeSpan Duration { get; }

    /// <summary>Why it failed, if it threw.</summary>
    public Exception? Exception { get; }

    /// <summary>What else it said.</summary>
    public IReadOnlyDictionary<string, object> Data { get; }
}

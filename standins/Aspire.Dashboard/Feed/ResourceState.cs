namespace Aspire.Dashboard.Feed;

/// <summary>A resource of an AppHost at one moment: all that is shown of it. Times are UTC.</summary>
public sealed record ResourceState
{
    public required string Id { get; init; }

    /// <summary>Shared by the replicas of a resource.</summary>
    public required string Name { get; init; }

    public required string Type { get; init; }

    /// <summary>Null before anything was said of it.</summary>
    public string? State { get; init; }

    /// <summary>Healthy, Degraded or Unhealthy; null unless it runs.</summary>
    public string? Health { get; init; }

    public int? ExitCode { get; init; }

    public DateTime? Created { get; init; }

    public DateTime? Started { get; init; }

    public DateTime? Stopped { get; init; }

    public bool IsHidden { get; init; }

    public ResourceUrl[] Urls { get; init; } = [];

    public ResourceVariable[] Environment { get; init; } = [];

    public ResourceProperty[] Properties { get; init; } = [];

    public ResourceHealthReport[] HealthReports { get; init; } = [];

    public ResourceCommand[] Commands { get; init; } = [];

    public ResourceRelationship[] Relationships { get; init; } = [];

    public ResourceVolume[] Volumes { get; init; } = [];
}

using System.Collections.Immutable;

namespace Aspire.Dashboard.Telemetry;

/// <summary>A span as it was received. Ids are lower-case hexadecimal, times nanoseconds since 1970.</summary>
public sealed record SpanRecord
{
    /// <summary>In the order of arrival, from 1.</summary>
    public required long Number { get; init; }

    public required TelemetryResource Resource { get; init; }

    public required string TraceId { get; init; }

    public required string SpanId { get; init; }

    /// <summary>Empty for a root.</summary>
    public required string ParentId { get; init; }

    public required string Name { get; init; }

    public required SpanKind Kind { get; init; }

    public required long Start { get; init; }

    /// <summary>Not before <see cref="Start"/>.</summary>
    public required long End { get; init; }

    public required string Scope { get; init; }

    public SpanStatus Status { get; init; }

    public string StatusMessage { get; init; } = "";

    public ImmutableArray<Field> Attributes { get; init; } = [];

    public ImmutableArray<SpanEvent> Events { get; init; } = [];

    public ImmutableArray<SpanLink> Links { get; init; } = [];

    public long Duration => End - Start;

    public bool IsError => Status == SpanStatus.Error;
}

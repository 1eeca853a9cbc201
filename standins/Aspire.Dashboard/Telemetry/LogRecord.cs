using System.Collections.Immutable;

namespace Aspire.Dashboard.Telemetry;

/// <summary>A structured log line as it was received.</summary>
public sealed record LogRecord
{
    /// <summary>In the order of arrival, from 1.</summary>
    public required long Number { get; init; }

    public required TelemetryResource Resource { get; init; }

    /// <summary>Nanoseconds since 1970.</summary>
    public required long Time { get; init; }

    public required LogLevel Level { get; init; }

    /// <summary>The wire's number, 1 to 24; 0 for none.</summary>
    public required int Severity { get; init; }

    public required string Message { get; init; }

    /// <summary>The logger's name.</summary>
    public required string Category { get; init; }

    /// <summary>Empty if it was written outside of a trace.</summary>
    public string TraceId { get; init; } = "";

    public string SpanId { get; init; } = "";

    public string EventName { get; init; } = "";

    public ImmutableArray<Field> Attributes { get; init; } = [];
}

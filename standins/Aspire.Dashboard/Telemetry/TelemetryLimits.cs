namespace Aspire.Dashboard.Telemetry;

/// <summary>
/// How much is kept, in memory. What is beyond goes, oldest first, and is counted; a text that is too long is cut.
/// </summary>
public sealed record TelemetryLimits
{
    public int TracesMax { get; init; } = 10_000;

    /// <summary>Of all traces together.</summary>
    public int SpansMax { get; init; } = 100_000;

    /// <summary>More of one trace are dropped.</summary>
    public int SpansPerTraceMax { get; init; } = 10_000;

    public int LogsMax { get; init; } = 20_000;

    public int ResourcesMax { get; init; } = 1_000;

    /// <summary>Series (an instrument with one set of attributes) of all resources together. One more takes the place of one that ended, or is dropped.</summary>
    public int SeriesMax { get; init; } = 5_000;

    /// <summary>Newest points of a series, as they came.</summary>
    public int FinePointsMax { get; init; } = 600;

    /// <summary>Older points, one a minute: twelve hours.</summary>
    public int CoarsePointsMax { get; init; } = 720;

    public int ExemplarsMax { get; init; } = 200;

    public int AttributesMax { get; init; } = 128;

    public int EventsMax { get; init; } = 128;

    public int LinksMax { get; init; } = 128;

    /// <summary>Characters of a name, a value or a message.</summary>
    public int TextMax { get; init; } = 8_192;

    /// <summary>Lines of a resource's console.</summary>
    public int ConsoleLinesMax { get; init; } = 10_000;
}

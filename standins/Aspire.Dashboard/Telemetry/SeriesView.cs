using System.Collections.Immutable;

namespace Aspire.Dashboard.Telemetry;

/// <summary>A series at a moment: points in the order of time, and the bounds of a histogram's buckets.</summary>
public sealed record SeriesView(ImmutableArray<Field> Attributes, ImmutableArray<double> Bounds, ImmutableArray<MetricPoint> Points)
{
    /// <summary>Of its measurements, the oldest first.</summary>
    public ImmutableArray<MetricExemplar> Exemplars { get; init; } = [];
}

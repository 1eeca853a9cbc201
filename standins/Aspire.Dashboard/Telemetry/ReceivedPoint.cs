using System.Collections.Immutable;

namespace Aspire.Dashboard.Telemetry;

/// <summary>A point as it came: of which series, and whether it is what was added since the one before.</summary>
public sealed record ReceivedPoint(
    ImmutableArray<Field> Attributes,
    MetricPoint Point,
    ImmutableArray<double> Bounds,
    bool IsDifference,
    ImmutableArray<MetricExemplar> Exemplars);

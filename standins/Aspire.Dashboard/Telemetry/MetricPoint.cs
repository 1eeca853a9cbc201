using System.Collections.Immutable;

namespace Aspire.Dashboard.Telemetry;

/// <summary>What a series had come to at a moment: totals since it began, also where the sender sent differences.</summary>
/// <param name="Time">Nanoseconds since 1970.</param>
/// <param name="Value">The value; of a histogram, the sum of what was measured.</param>
/// <param name="Count">Of a histogram, how often it was measured.</param>
/// <param name="Buckets">Of a histogram, counts by bucket, one more than there are bounds.</param>
public sealed record MetricPoint(long Time, double Value, ulong Count, ImmutableArray<ulong> Buckets);

using System.Collections.Immutable;

namespace Aspire.Dashboard.Telemetry;

/// <summary>The points of an instrument with one set of attributes: the newest as they came, older ones one a minute.</summary>
public sealed class MetricSeries(ImmutableArray<Field> attributes, TelemetryLimits limits)
{
    private const long CoarseStep = 60 * UnixNanos.PerSecond;

    private readonly Queue<MetricPoint> _fine = new();
    private readonly Queue<MetricPoint> _coarse = new();
    private MetricPoint? _last;

    public ImmutableArray<Field> Attributes => attributes;

    /// <summary>Of its newest point, nanoseconds since 1970; 0 while it has none.</summary>
    public long LastTime => _last?.Time ?? 0;

    /// <summary>Of the buckets. Others begin the series anew: counts of different buckets cannot be told together.</summary>
    public ImmutableArray<double> Bounds { get; private set; } = [];

    public ImmutableArray<MetricPoint> Points => [.. _coarse, .. _fine];

    public void Add(MetricPoint point, ImmutableArray<double> bounds, bool isDifference)
    {
        if (!Bounds.SequenceEqual(bounds))
        {
            _fine.Clear();
            _coarse.Clear();
            _last = null;
            Bounds = bounds;
        }

        // Sent again, or out of order: what came later is later.
        if (_last is not null && point.Time <= _last.Time)
        {
            return;
        }

        var total = isDifference && _last is { } before ? Sum(before, point) : point;
        if (_fine.Count == limits.FinePointsMax)
        {
            Keep(_fine.Dequeue());
        }

        _fine.Enqueue(total);
        _last = total;
    }

    private static MetricPoint Sum(MetricPoint before, MetricPoint more) => new(
        more.Time,
        before.Value + more.Value,
        before.Count + more.Count,
        [.. more.Buckets.Select((count, index) => count + (index < before.Buckets.Length ? before.Buckets[index] : 0))]);

    private void Keep(MetricPoint old)
    {
        if (_coarse.Count > 0 && old.Time - _coarse.Last().Time < CoarseStep)
        {
            return;
        }

        if (_coarse.Count == limits.CoarsePointsMax)
        {
            _coarse.Dequeue();
        }

        _coarse.Enqueue(old);
    }
}

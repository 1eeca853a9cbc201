using System.Collections.Immutable;
using Aspire.Dashboard.Display;
using Aspire.Dashboard.Telemetry;

namespace Aspire.Dashboard.Alerting;

/// <summary>What the series of a metric come to now, together: a pure function of their points.</summary>
internal static class MetricReading
{
    /// <summary>Of rates and percentiles, in nanoseconds.</summary>
    public const long Window = 60 * UnixNanos.PerSecond;

    private const double Share = 0.99;

    /// <summary>A value is taken to be so for this long after its point, as a chart takes it.</summary>
    private const long HoldTime = 120 * UnixNanos.PerSecond;

    /// <param name="dimension">Which of the series count; null for all.</param>
    /// <returns>Null if nothing is known: no point is new enough, or the metric is of another kind.</returns>
    public static double? Of(AlertSubject subject, InstrumentKind kind, IReadOnlyCollection<SeriesView> series, FieldFilter? dimension, long now)
    {
        List<SeriesView> chosen = [.. series.Where(one => dimension is null || dimension.Holds(name => one.Attributes.First(name)))];
        return (subject, kind) switch
        {
            (AlertSubject.MetricValue, InstrumentKind.Gauge or InstrumentKind.UpDownCounter) => ValueOf(chosen, now),
            (AlertSubject.MetricRate, InstrumentKind.Counter or InstrumentKind.Histogram) => RateOf(series, chosen, kind, now),
            (AlertSubject.MetricP99, InstrumentKind.Histogram) => PercentileOf(chosen, now),
            _ => null,
        };
    }

    private static double? ValueOf(List<SeriesView> series, long now)
    {
        List<double> values = [.. series.Select(one => LastOf(one, now)).OfType<MetricPoint>().Where(point => now - point.Time <= HoldTime).Select(point => point.Value)];
        return values.Count == 0 ? null : values.Sum();
    }

    /// <summary>What has not happened has no series: as long as others of the metric come, that is none, and not nothing known.</summary>
    private static double? RateOf(IReadOnlyCollection<SeriesView> all, List<SeriesView> chosen, InstrumentKind kind, long now)
    {
        if (!all.Any(one => Pairs(one, now).Any()))
        {
            return null;
        }

        return chosen.Sum(one =>
        {
            List<(MetricPoint Before, MetricPoint After)> pairs = [.. Pairs(one, now)];
            var more = pairs.Sum(pair => kind == InstrumentKind.Histogram
                ? pair.After.Count >= pair.Before.Count ? pair.After.Count - pair.Before.Count : pair.After.Count
                : pair.After.Value >= pair.Before.Value ? pair.After.Value - pair.Before.Value : pair.After.Value);
            return pairs.Count == 0 ? 0 : more * UnixNanos.PerSecond / (pairs[^1].After.Time - pairs[0].Before.Time);
        });
    }

    private static double? PercentileOf(List<SeriesView> series, long now)
    {
        // Counts of other buckets cannot be added to these.
        var bounds = series.Select(one => one.Bounds).FirstOrDefault(one => !one.IsEmpty, []);
        var counts = new double[bounds.Length + 1];
        foreach (var (before, after) in series.Where(one => one.Bounds.SequenceEqual(bounds)).SelectMany(one => Pairs(one, now)))
        {
            var isNew = after.Count < before.Count || after.Buckets.Length != before.Buckets.Length;
            for (var i = 0; i < Math.Min(after.Buckets.Length, counts.Length); i++)
            {
                counts[i] += isNew ? after.Buckets[i] : (double)after.Buckets[i] - before.Buckets[i];
            }
        }

        return MetricChart.Percentile(bounds, counts, Share);
    }

    private static MetricPoint? LastOf(SeriesView series, long now) => series.Points.LastOrDefault(point => point.Time <= now);

    /// <summary>Points with the one before each, of the window: the first reaches back over its beginning.</summary>
    private static IEnumerable<(MetricPoint Before, MetricPoint After)> Pairs(SeriesView series, long now)
    {
        var points = series.Points;
        for (var i = FirstAfter(points, now - Window); i < points.Length && points[i].Time <= now; i++)
        {
            yield return (points[i - 1], points[i]);
        }
    }

    private static int FirstAfter(ImmutableArray<MetricPoint> points, long time)
    {
        var i = points.Length;
        while (i > 1 && points[i - 1].Time > time)
        {
            i--;
        }

        return i;
    }
}

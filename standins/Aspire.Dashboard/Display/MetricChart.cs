using System.Collections.Immutable;
using Aspire.Dashboard.Telemetry;

namespace Aspire.Dashboard.Display;

/// <summary>
/// What an instrument did in a span of time, in columns: a counter's rate a second, a value as it was, a histogram's
/// percentiles. Series are added up. A pure function of the points.
/// </summary>
/// <param name="From">Nanoseconds since 1970.</param>
public sealed record MetricChart(long From, long To, ImmutableArray<ChartLine> Lines)
{
    public const int Columns = 120;

    /// <summary>A value without a newer one is taken to be so for this long: two of the longest usual export intervals.</summary>
    private const long HoldTime = 120 * UnixNanos.PerSecond;

    private static readonly (string Name, double Share)[] Percentiles = [("P50", 0.5), ("P90", 0.9), ("P99", 0.99)];

    public double Max => Lines.SelectMany(line => line.Values).Max() ?? 0;

    public double Min => Math.Min(0, Lines.SelectMany(line => line.Values).Min() ?? 0);

    /// <summary>When a column ends.</summary>
    public long TimeOf(int column) => From + ((To - From) / Columns * (column + 1));

    public static MetricChart Of(InstrumentKind kind, IReadOnlyCollection<SeriesView> series, long from, long to) => new(from, to, kind switch
    {
        InstrumentKind.Counter => [new ChartLine("per second", Rates(series, from, to))],
        InstrumentKind.Histogram => PercentileLines(series, from, to),
        _ => [new ChartLine("value", Values(series, from, to))],
    });

    /// <summary>The value below which this share of what was counted lies; straight lines within a bucket.</summary>
    internal static double? Percentile(ImmutableArray<double> bounds, double[] counts, double share)
    {
        var total = counts.Sum();
        if (total <= 0 || bounds.IsEmpty)
        {
            return null;
        }

        var rest = total * share;
        for (var i = 0; i < counts.Length; i++)
        {
            if (rest <= counts[i] && counts[i] > 0)
            {
                // Above the last bound all that is known is that it is above.
                var low = i == 0 ? Math.Min(0, bounds[0]) : bounds[i - 1];
                return i >= bounds.Length ? bounds[^1] : low + ((bounds[i] - low) * rest / counts[i]);
            }

            rest -= counts[i];
        }

        return bounds[^1];
    }

    private static ImmutableArray<double?> Rates(IReadOnlyCollection<SeriesView> series, long from, long to)
    {
        var seconds = (double)(to - from) / Columns / UnixNanos.PerSecond;
        var sums = new double?[Columns];
        foreach (var one in series)
        {
            foreach (var (before, after) in Pairs(one, from, to))
            {
                // A total that fell began anew, from nothing.
                var more = after.Value >= before.Value ? after.Value - before.Value : after.Value;
                Spread(before.Time, after.Time, from, to, (column, share) => sums[column] = (sums[column] ?? 0) + (more * share / seconds));
            }
        }

        return [.. sums];
    }

    private static ImmutableArray<double?> Values(IReadOnlyCollection<SeriesView> series, long from, long to)
    {
        var sums = new double?[Columns];
        foreach (var one in series)
        {
            var next = 0;
            MetricPoint? last = null;
            for (var column = 0; column < Columns; column++)
            {
                var end = from + ((to - from) / Columns * (column + 1));
                while (next < one.Points.Length && one.Points[next].Time <= end)
                {
                    last = one.Points[next++];
                }

                if (last is not null && end - last.Time <= HoldTime)
                {
                    sums[column] = (sums[column] ?? 0) + last.Value;
                }
            }
        }

        return [.. sums];
    }

    private static ImmutableArray<ChartLine> PercentileLines(IReadOnlyCollection<SeriesView> series, long from, long to)
    {
        // Counts of other buckets cannot be added to these.
        var bounds = series.Select(one => one.Bounds).FirstOrDefault(one => !one.IsEmpty, []);
        var counts = Enumerable.Range(0, Columns).Select(_ => new double[bounds.Length + 1]).ToArray();
        foreach (var one in series.Where(one => one.Bounds.SequenceEqual(bounds)))
        {
            foreach (var (before, after) in Pairs(one, from, to))
            {
                var isNew = after.Count < before.Count || after.Buckets.Length != before.Buckets.Length;
                Spread(before.Time, after.Time, from, to, (column, share) =>
                {
                    for (var i = 0; i < after.Buckets.Length; i++)
                    {
                        counts[column][i] += (isNew ? after.Buckets[i] : (double)after.Buckets[i] - before.Buckets[i]) * share;
                    }
                });
            }
        }

        return
        [
            .. Percentiles.Select(percentile => new ChartLine(
                percentile.Name, [.. counts.Select(column => Percentile(bounds, column, percentile.Share))])),
        ];
    }

    private static IEnumerable<(MetricPoint Before, MetricPoint After)> Pairs(SeriesView series, long from, long to) =>
        series.Points.Zip(series.Points.Skip(1)).Where(pair => pair.Second.Time > from && pair.First.Time < to);

    /// <summary>Divides what happened between two moments among the columns that they span, by the time in each.</summary>
    private static void Spread(long start, long end, long from, long to, Action<int, double> add)
    {
        var width = (double)(to - from) / Columns;
        var first = Math.Max(0, (int)((start - from) / width));
        var last = Math.Min(Columns - 1, (int)((end - from) / width));
        for (var column = first; column <= last; column++)
        {
            var left = Math.Max(start, from + (column * width));
            var right = Math.Min(end, from + ((column + 1) * width));
            if (right > left)
            {
                add(column, (right - left) / (end - start));
            }
        }
    }
}

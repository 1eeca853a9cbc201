using System.Collections.Immutable;
using Aspire.Dashboard.Display;
using Aspire.Dashboard.Telemetry;

namespace KvStore.Tests.StandIns.Dashboard;

/// <summary>What a chart makes of points. Two minutes, so that a column is a second.</summary>
public sealed class MetricChartTests
{
    private static readonly long From = Otlp.Start;
    private static readonly long To = Otlp.Start + (MetricChart.Columns * UnixNanos.PerSecond);

    [Fact]
    public void A_counter_is_a_rate_whatever_the_interval_of_its_points()
    {
        ImmutableArray<double?> rates = Line(InstrumentKind.Counter, Series((0, 0), (10, 100), (20, 100)));

        Assert.All(rates[..10], rate => Assert.Equal(10, rate!.Value, 6));
        Assert.All(rates[10..20], rate => Assert.Equal(0, rate!.Value, 6));
        Assert.All(rates[21..], rate => Assert.Null(rate));
    }

    [Fact]
    public void A_counter_that_began_anew_counts_from_nothing() =>
        Assert.Equal(5, Line(InstrumentKind.Counter, Series((0, 1000), (1, 5)))[0]!.Value, 6);

    [Fact]
    public void Series_are_added_up()
    {
        SeriesView one = Series((0, 3));
        MetricChart chart = MetricChart.Of(InstrumentKind.Gauge, [one, one], From, To);
        Assert.All(chart.Lines.Single().Values, value => Assert.Equal(6, value));
    }

    [Fact]
    public void A_value_is_so_until_the_next_one() =>
        Assert.Equal([1, 1, 1, 2], Line(InstrumentKind.UpDownCounter, Series((0, 1), (4, 2)))[..4].Select(value => value!.Value));

    [Theory]
    [InlineData(0.5, 10)]
    [InlineData(0.25, 5)]
    [InlineData(0.75, 15)]
    [InlineData(1, 20)]
    public void A_percentile_lies_within_its_bucket(double share, double expected) =>
        Assert.Equal(expected, MetricChart.Percentile([10, 20], [4, 4, 0], share)!.Value, 6);

    [Fact]
    public void What_is_above_the_last_bound_is_told_as_that_and_nothing_as_nothing()
    {
        Assert.Equal(20, MetricChart.Percentile([10, 20], [0, 0, 5], 0.5));
        Assert.Null(MetricChart.Percentile([10, 20], [0, 0, 0], 0.5));
    }

    [Fact]
    public void A_histogram_shows_what_was_measured_in_each_stretch()
    {
        SeriesView series = new([], [10, 20], [Histogram(0, 0, 0, 0), Histogram(10, 100, 0, 0), Histogram(20, 100, 100, 0)]);

        MetricChart chart = MetricChart.Of(InstrumentKind.Histogram, [series], From, To);

        Assert.Equal(["P50", "P90", "P99"], chart.Lines.Select(line => line.Name));
        Assert.Equal(5, chart.Lines[0].Values[5]!.Value, 6);
        Assert.Equal(15, chart.Lines[0].Values[15]!.Value, 6);
        Assert.Null(chart.Lines[0].Values[25]);
    }

    private static MetricPoint Histogram(int second, params ulong[] counts) =>
        new(From + (second * UnixNanos.PerSecond), 0, counts.Aggregate(0UL, (sum, count) => sum + count), [.. counts]);

    private static ImmutableArray<double?> Line(InstrumentKind kind, SeriesView series) => MetricChart.Of(kind, [series], From, To).Lines.Single().Values;

    private static SeriesView Series(params (int Second, double Value)[] points) =>
        new([], [], [.. points.Select(point => new MetricPoint(From + (point.Second * UnixNanos.PerSecond), point.Value, 0, []))]);
}

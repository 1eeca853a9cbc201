using Aspire.Dashboard.Alerting;
using Aspire.Dashboard.Display;
using Aspire.Dashboard.Feed;
using Aspire.Dashboard.Otlp;
using Aspire.Dashboard.Otlp.Wire;
using Aspire.Dashboard.Telemetry;

namespace KvStore.Tests.StandIns.Dashboard.Alerting;

/// <summary>What each kind of rule finds in what was received. Now is two minutes after <see cref="Otlp.Start"/>; times are seconds after that.</summary>
public sealed class AlertReadingsTests
{
    private static readonly long Now = Otlp.Start + (120 * UnixNanos.PerSecond);

    private readonly TelemetryStore _store = new(new TelemetryLimits());

    [Fact]
    public void Of_logs_those_of_the_level_and_of_the_last_minute_are_counted_for_each_service()
    {
        new LogIntake(_store, TimeProvider.System).Take(Otlp.Logs(
            "shop", Otlp.Log("long ago", 17, at: 60_000), Otlp.Log("one", 17, at: 60_001), Otlp.Log("two", 21, at: 120_000), Otlp.Log("later", 17, at: 120_001), Otlp.Log("mere warning", 13, at: 90_000)));
        new LogIntake(_store, TimeProvider.System).Take(Otlp.Logs("bank", Otlp.Log("calm", at: 90_000)));

        AlertRule rule = new() { Id = "logs", Name = "Errors", Subject = AlertSubject.Logs, Threshold = 1 };
        Assert.Equal([("shop", 2d, true), ("bank", 0d, false)], Read(rule));
        Assert.Equal([("shop", 3d, true)], Read(rule with { Level = Microsoft.Extensions.Logging.LogLevel.Warning, Resource = "shop" }));
        Assert.Empty(Read(rule with { Resource = "nobody" }));
    }

    [Fact]
    public void Of_spans_those_that_failed_in_the_last_minute_are_counted()
    {
        Span Failed(int number, long at)
        {
            Span span = Otlp.Span(number, 1, at: at, milliseconds: 0);
            span.Status = new() { Code = Status.Types.StatusCode.Error };
            return span;
        }

        new TraceIntake(_store).Take(Otlp.Traces("shop", Failed(1, 60_000), Failed(2, 60_001), Failed(3, 119_000), Otlp.Span(4, 1, at: 100_000)));
        Assert.Equal([("shop", 2d, true)], Read(new() { Id = "spans", Name = "Failing", Subject = AlertSubject.FailedSpans, Threshold = 1 }));
    }

    [Fact]
    public void A_value_is_the_sum_of_the_series_that_are_chosen_and_not_too_old()
    {
        Add(InstrumentKind.Gauge, ("east", [(100, 3), (110, 5)]), ("west", [(90, 7)]), ("gone", [(-1, 100)]));
        AlertRule rule = OfMetric(AlertSubject.MetricValue) with { Threshold = 11 };
        Assert.Equal([("shop", 12d, true)], Read(rule));
        Assert.Equal([("shop", 5d, false)], Read(rule with { Dimension = new FieldFilter("place", FilterCondition.Equal, "east") }));
        Assert.Empty(Read(rule with { Dimension = new FieldFilter("place", FilterCondition.Equal, "gone") }));
        Assert.Empty(Read(rule with { Instrument = "another" }));
        Assert.Empty(Read(OfMetric(AlertSubject.MetricRate)));
    }

    [Fact]
    public void A_rate_is_that_of_the_last_minute_also_where_a_total_began_anew()
    {
        Add(InstrumentKind.Counter, ("east", [(0, 0), (60, 1_000), (90, 1_030), (120, 1_060)]), ("west", [(60, 500), (120, 30)]));
        AlertRule rule = OfMetric(AlertSubject.MetricRate) with { Threshold = 1.4 };
        Assert.Equal([("shop", 1.5, true)], Read(rule));
        Assert.Equal([("shop", 1d, false)], Read(rule with { Dimension = new FieldFilter("place", FilterCondition.Equal, "east") }));
    }

    [Fact]
    public void What_never_happened_is_none_as_long_as_the_metric_comes()
    {
        Add(InstrumentKind.Counter, ("east", [(60, 1), (120, 2)]));
        AlertRule rule = OfMetric(AlertSubject.MetricRate) with { Dimension = new FieldFilter("place", FilterCondition.Equal, "west") };
        Assert.Equal([("shop", 0d, false)], Read(rule));
        Assert.Empty(AlertReadings.Of(rule, _store, [], Now + (90 * UnixNanos.PerSecond)));
    }

    [Fact]
    public void A_percentile_is_that_of_what_was_measured_in_the_last_minute()
    {
        InstrumentId id = new(Shop(), "meter", "figure");
        MetricPoint Point(int at, ulong fast, ulong slow) => new(At(at), 0, fast + slow, [fast, slow, 0]);
        _store.Metrics.Add(new Instrument(id, InstrumentKind.Histogram, "s", ""), [.. new[] { Point(0, 0, 0), Point(60, 0, 1_000), Point(90, 99, 1_000), Point(120, 99, 1_001) }
            .Select(point => new ReceivedPoint([], point, [0.1, 1], false, []))]);

        AlertRule rule = OfMetric(AlertSubject.MetricP99) with { Threshold = 0.05 };
        Assert.Equal([("shop", 0.1, true)], Read(rule));
        Assert.Empty(AlertReadings.Of(rule, _store, [], Now + (60 * UnixNanos.PerSecond)));
    }

    [Fact]
    public void Resources_that_were_never_started_or_are_hidden_are_not_missed()
    {
        ResourceState State(string name, string? state, string? health = null, int? exitCode = null, bool isHidden = false) =>
            new() { Id = name, Name = name, Type = "Project", State = state, Health = health, ExitCode = exitCode, IsHidden = isHidden };
        ResourceState[] all =
        [
            State("well", "Running", "Healthy"), State("plain", "Running"), State("ill", "Running", "Unhealthy"), State("crashed", "Exited", exitCode: 134),
            State("stopped", "Finished"), State("spare", "NotStarted"), State("unknown", null), State("hidden", "Exited", isHidden: true),
        ];
        AlertRule rule = new() { Id = "r", Name = "r", Subject = AlertSubject.ResourceUnhealthy };
        Assert.Equal([("ill", "Unhealthy")], Met(rule));
        Assert.Equal([("crashed", "Exited (134)"), ("stopped", "Finished")], Met(rule with { Subject = AlertSubject.ResourceNotRunning }));
        Assert.Equal([("stopped", "Finished")], Met(rule with { Subject = AlertSubject.ResourceNotRunning, Resource = "stopped" }));

        List<(string, string)> Met(AlertRule tried) =>
            [.. AlertReadings.Of(tried, _store, [.. all], Now).Where(reading => reading.IsMet).Select(reading => (reading.Target, reading.Words))];
    }

    private static long At(int seconds) => Otlp.Start + (seconds * UnixNanos.PerSecond);

    private static AlertRule OfMetric(AlertSubject subject) => new() { Id = "metric", Name = "A metric", Subject = subject, Instrument = "figure" };

    private TelemetryResource Shop() => _store.Resources.Find([new Field("service.name", "shop")]);

    private void Add(InstrumentKind kind, params (string Place, (int At, double Value)[] Points)[] series) => _store.Metrics.Add(
        new Instrument(new InstrumentId(Shop(), "meter", "figure"), kind, "", ""),
        [.. series.SelectMany(one => one.Points.Select(point =>
            new ReceivedPoint([new Field("place", one.Place)], new MetricPoint(At(point.At), point.Value, 0, []), [], false, [])))]);

    private List<(string Target, double? Value, bool IsMet)> Read(AlertRule rule) =>
        [.. AlertReadings.Of(rule, _store, [], Now).Select(reading => (reading.Target, reading.Value is { } value ? Math.Round(value, 6) : (double?)null, reading.IsMet))];
}

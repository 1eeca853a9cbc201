using Aspire.Dashboard.Otlp;
using Aspire.Dashboard.Otlp.Wire;
using Aspire.Dashboard.Telemetry;

namespace KvStore.Tests.StandIns.Dashboard;

/// <summary>What is kept is bounded, what goes is the oldest, and what went is counted.</summary>
public sealed class StoreLimitTests
{
    [Fact]
    public void The_oldest_traces_go_first_and_are_counted()
    {
        TelemetryStore store = new(new TelemetryLimits { TracesMax = 2 });
        for (int trace = 1; trace <= 5; trace++)
        {
            new TraceIntake(store).Take(Otlp.Traces("shop", Otlp.Span(trace, 1, at: trace), Otlp.Span(trace, 2, 1, at: trace)));
        }

        Assert.Equal([Otlp.TraceId(5), Otlp.TraceId(4)], store.Traces.Newest().Select(trace => trace.Id));
        Assert.Equal((4, new Losses(3, 6, 0, 0)), (store.Traces.SpanCount, store.Lost));
    }

    [Fact]
    public void Spans_are_bounded_over_all_traces_and_in_each()
    {
        TelemetryStore store = new(new TelemetryLimits { SpansMax = 5, SpansPerTraceMax = 3 });
        Span[] Spans(int trace) => [.. Enumerable.Range(1, 4).Select(span => Otlp.Span(trace, span))];
        new TraceIntake(store).Take(Otlp.Traces("shop", Spans(1)));
        new TraceIntake(store).Take(Otlp.Traces("shop", Spans(2)));

        Assert.Equal([Otlp.TraceId(2)], store.Traces.Newest().Select(trace => trace.Id));
        Assert.Equal((3, 1L, 5L), (store.Traces.SpanCount, store.Lost.Traces, store.Lost.Spans));
    }

    [Fact]
    public void A_span_that_is_sent_again_is_kept_once()
    {
        TelemetryStore store = new(new TelemetryLimits());
        new TraceIntake(store).Take(Otlp.Traces("shop", Otlp.Span(1, 1)));
        new TraceIntake(store).Take(Otlp.Traces("shop", Otlp.Span(1, 1)));

        Assert.Equal(1, store.Traces.SpanCount);
    }

    [Fact]
    public void The_oldest_logs_go_first_and_are_counted()
    {
        TelemetryStore store = new(new TelemetryLimits { LogsMax = 3 });
        new LogIntake(store, TimeProvider.System).Take(Otlp.Logs("shop", [.. Enumerable.Range(1, 5).Select(number => Otlp.Log($"log {number}"))]));

        Assert.Equal(["log 3", "log 4", "log 5"], store.Logs.All().Select(log => log.Message));
        Assert.Equal(2, store.Lost.Logs);
    }

    [Fact]
    public void Texts_and_attributes_are_cut()
    {
        TelemetryStore store = new(new TelemetryLimits { TextMax = 4, AttributesMax = 2 });
        Span span = Otlp.Span(1, 1, name: "longer");
        span.Attributes.Add(Enumerable.Range(1, 3).Select(number => Otlp.Attribute($"{number}", "longer")));
        new TraceIntake(store).Take(Otlp.Traces("shop", span));

        SpanRecord kept = store.Traces.Newest().Single().Spans.Single();
        Assert.Equal("long…", kept.Name);
        Assert.Equal([new Field("1", "long…"), new Field("2", "long…")], kept.Attributes);
    }

    [Fact]
    public void Series_beyond_the_limit_are_dropped_and_counted()
    {
        TelemetryStore store = new(new TelemetryLimits { SeriesMax = 2 });
        Metric metric = new() { Name = "depth", Gauge = new Gauge() };
        metric.Gauge.DataPoints.Add(Enumerable.Range(1, 5).Select(number =>
            new NumberDataPoint { AsInt = number, TimeUnixNano = (ulong)Otlp.Start, Attributes = { Otlp.Attribute("lane", $"{number}") } }));
        new MetricIntake(store).Take(Otlp.Metrics("shop", metric));

        Assert.Equal((2, 3L), (store.Metrics.SeriesCount, store.Lost.Series));
    }

    [Fact]
    public void Old_points_are_kept_one_a_minute()
    {
        MetricSeries series = new([], new TelemetryLimits { FinePointsMax = 10, CoarsePointsMax = 3 });
        for (int second = 0; second < 600; second++)
        {
            series.Add(new MetricPoint(Otlp.Start + (second * UnixNanos.PerSecond), second, 0, []), [], isDifference: false);
        }

        Assert.Equal([420, 480, 540, 590, 591, 592, 593, 594, 595, 596, 597, 598, 599], series.Points.Select(point => point.Value));
    }

    [Fact]
    public void Resources_beyond_the_limit_are_told_together()
    {
        ResourceTable resources = new(new TelemetryLimits { ResourcesMax = 2 });
        string[] names = [.. new[] { "a", "b", "c", "d" }.Select(name => resources.Find([new Field("service.name", name)]).Service)];

        Assert.Equal(["a", "b", "others", "others"], names);
        Assert.Equal(3, resources.All.Length);
    }

    [Fact]
    public void Links_are_found_from_both_ends_until_their_trace_goes()
    {
        TelemetryStore store = new(new TelemetryLimits { TracesMax = 2 });
        Span repair = Otlp.Span(2, 9, name: "repair");
        Span write = Otlp.Span(1, 1);
        repair.Links.Add(new Span.Types.Link { TraceId = write.TraceId, SpanId = write.SpanId });
        new TraceIntake(store).Take(Otlp.Traces("shop", repair, write));

        Assert.Equal("repair", store.Traces.LinkingTo(Otlp.TraceId(1), Otlp.SpanId(1)).Single().Name);
        new TraceIntake(store).Take(Otlp.Traces("shop", Otlp.Span(3, 1)));
        Assert.Empty(store.Traces.LinkingTo(Otlp.TraceId(1), Otlp.SpanId(1)));
    }

    [Fact]
    public void A_series_too_many_takes_the_place_of_one_that_ended_or_is_dropped()
    {
        TelemetryStore store = new(new TelemetryLimits { SeriesMax = 2 });
        MetricIntake intake = new(store);
        void Take(string name, int minute) => intake.Take(Otlp.Metrics("shop", new Metric
        {
            Name = name,
            Gauge = new Gauge { DataPoints = { new NumberDataPoint { AsInt = 1, TimeUnixNano = (ulong)(Otlp.Start + (minute * 60 * UnixNanos.PerSecond)) } } },
        }));
        string Names() => string.Join(", ", store.Metrics.Instruments().Select(one => one.Id.Name).Order(StringComparer.Ordinal));
        Take("ended", 0);
        Take("goes on", 5);
        Take("early", 6);
        Assert.Equal(("ended, goes on", 1L), (Names(), store.Lost.Series));

        Take("late", 11);
        Take("too many", 12);
        Assert.Equal(("goes on, late", 3L), (Names(), store.Lost.Series));
        Take("later", 15);
        Assert.Equal(("late, later", 2), (Names(), store.Metrics.SeriesCount));
    }
}

using System.Collections.Immutable;
using Aspire.Dashboard.Otlp;
using Aspire.Dashboard.Telemetry;
using Span = Aspire.Dashboard.Otlp.Wire.Span;

namespace KvStore.Tests.StandIns.Dashboard.Replay;

/// <summary>What was known up to a moment is what had happened by then, and of now it is all there is. Times are milliseconds after <see cref="Otlp.Start"/>.</summary>
public sealed class TelemetryViewTests
{
    private readonly TelemetryStore _store = new(new TelemetryLimits());

    [Fact]
    public void Logs_are_those_that_were_written()
    {
        new LogIntake(_store, TimeProvider.System).Take(Otlp.Logs("shop", Otlp.Log("third", at: 30), Otlp.Log("first", at: 10), Otlp.Log("second", at: 20)));
        Assert.Equal(["first", "second"], At(20).Logs().Select(log => log.Message));
        Assert.Equal(["first"], At(19).Logs().Select(log => log.Message));
        Assert.Equal(3, Live().Logs().Length);
    }

    [Fact]
    public void Spans_are_those_that_had_ended_and_a_trace_is_what_they_are()
    {
        new TraceIntake(_store).Take(Otlp.Traces(
            "shop", Otlp.Span(1, 1, name: "all", at: 0, milliseconds: 100), Otlp.Span(1, 2, 1, "part", at: 10, milliseconds: 20), Otlp.Span(2, 3, name: "later", at: 90, milliseconds: 10)));

        Assert.Empty(At(29).Traces());
        Assert.Null(At(29).Trace(Otlp.TraceId(1)));
        TraceView cut = At(30).Traces().Single();
        Assert.Equal((Otlp.TraceId(1), "part", false), (cut.Id, cut.Root.Name, cut.HasRoot));
        Assert.Equal(["part"], At(30).Trace(Otlp.TraceId(1))!.Spans.Select(span => span.Name));
        Assert.Equal(["later", "all"], At(100).Traces().Select(trace => trace.Root.Name));
        Assert.Same(Live().Trace(Otlp.TraceId(1)), At(100).Trace(Otlp.TraceId(1)));
    }

    [Fact]
    public void Links_are_those_of_spans_that_had_ended()
    {
        Span linking = Otlp.Span(2, 3, at: 50, milliseconds: 10);
        linking.Links.Add(new Span.Types.Link { TraceId = Otlp.Span(1, 1).TraceId, SpanId = Otlp.Span(1, 1).SpanId });
        new TraceIntake(_store).Take(Otlp.Traces("shop", Otlp.Span(1, 1), linking));

        Assert.Empty(At(59).LinkingTo(Otlp.TraceId(1), Otlp.SpanId(1)));
        Assert.Single(At(60).LinkingTo(Otlp.TraceId(1), Otlp.SpanId(1)));
        Assert.Single(Live().LinkingTo(Otlp.TraceId(1), Otlp.SpanId(1)));
    }

    [Fact]
    public void Points_and_exemplars_are_those_that_were_taken()
    {
        InstrumentId id = new(_store.Resources.Find([new Field("service.name", "shop")]), "meter", "figure");
        ImmutableArray<MetricExemplar> Exemplar(long at) => [new MetricExemplar(Time(at), at, Otlp.TraceId(1), Otlp.SpanId(1))];
        _store.Metrics.Add(
            new Instrument(id, InstrumentKind.Gauge, "", ""),
            [.. new[] { 10, 20, 30 }.Select(at => new ReceivedPoint([], new MetricPoint(Time(at), at, 0, []), [], false, Exemplar(at)))]);

        SeriesView then = At(20).Series(id).Single();
        Assert.Equal([10, 20], then.Points.Select(point => point.Value));
        Assert.Equal([10, 20], then.Exemplars.Select(one => one.Value));
        Assert.Equal([20, 10], At(20).Exemplars(id).Select(one => one.Value));
        Assert.Equal((3, 3), (Live().Series(id).Single().Points.Length, Live().Exemplars(id).Length));
    }

    private static long Time(long at) => Otlp.Start + (at * UnixNanos.PerMillisecond);

    private TelemetryView At(long at) => new(_store, Time(at));

    private TelemetryView Live() => new(_store, null);
}

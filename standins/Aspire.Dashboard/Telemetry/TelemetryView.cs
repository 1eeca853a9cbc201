using System.Collections.Immutable;

namespace Aspire.Dashboard.Telemetry;

/// <summary>
/// What was known up to a moment: logs that were written, spans that had ended and points that were taken by then. Everything a page
/// shows of telemetry it reads here, so that a page does not know whether what it shows is live.
/// </summary>
/// <param name="until">Nanoseconds since 1970; null for all there is.</param>
public sealed class TelemetryView(TelemetryStore store, long? until)
{
    public long? Until => until;

    /// <summary>In the order of arrival.</summary>
    public ImmutableArray<LogRecord> Logs() => until is { } end ? [.. store.Logs.All().Where(log => log.Time <= end)] : store.Logs.All();

    /// <summary>The newest first.</summary>
    public ImmutableArray<TraceView> Traces() => until is { } end ? [.. store.Traces.Newest().Select(trace => Cut(trace, end)).OfType<TraceView>()] : store.Traces.Newest();

    /// <summary>Null if nothing of it is here, or was then.</summary>
    public TraceView? Trace(string id) => store.Traces.Find(id) is { } trace && until is { } end ? Cut(trace, end) : store.Traces.Find(id);

    /// <summary>Spans with a link to this one.</summary>
    public ImmutableArray<SpanRecord> LinkingTo(string traceId, string spanId) => Cut(store.Traces.LinkingTo(traceId, spanId), span => span.End);

    public ImmutableArray<SeriesView> Series(InstrumentId id) => until is null
        ? store.Metrics.Series(id)
        : [.. store.Metrics.Series(id).Select(series => series with { Points = Cut(series.Points, point => point.Time), Exemplars = Cut(series.Exemplars, one => one.Time) })];

    /// <summary>The newest first.</summary>
    public ImmutableArray<MetricExemplar> Exemplars(InstrumentId id) => Cut(store.Metrics.Exemplars(id), one => one.Time);

    private static TraceView? Cut(TraceView trace, long end)
    {
        if (trace.End <= end)
        {
            return trace;
        }

        ImmutableArray<SpanRecord> spans = [.. trace.Spans.Where(span => span.End <= end)];
        return spans.IsEmpty ? null : new TraceView(trace.Id, spans);
    }

    private ImmutableArray<T> Cut<T>(ImmutableArray<T> all, Func<T, long> timeOf) => until is { } end ? [.. all.Where(one => timeOf(one) <= end)] : all;
}

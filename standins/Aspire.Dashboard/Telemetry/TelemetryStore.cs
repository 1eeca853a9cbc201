namespace Aspire.Dashboard.Telemetry;

/// <summary>
/// All telemetry that is kept: in memory, bounded by <see cref="TelemetryLimits"/>; a <see cref="TelemetryJournal"/> can bring it back.
///
/// <code>
/// exporters ──Otlp/──► TraceTable, LogTable, MetricTable ──immutable views──► pages, Api/
/// </code>
///
/// Receivers add under a table's lock; readers are given immutable views, made once for each version of a table, so that many
/// pages that look at the same cost one copy. Pages ask for versions a few times a second; nobody is called back.
/// </summary>
public sealed class TelemetryStore(TelemetryLimits limits)
{
    public TelemetryLimits Limits => limits;

    public ResourceTable Resources { get; } = new(limits);

    public TraceTable Traces { get; } = new(limits);

    public LogTable Logs { get; } = new(limits);

    public MetricTable Metrics { get; } = new(limits);

    public Losses Lost => new(Traces.Lost.Traces, Traces.Lost.Spans, Logs.Lost, Metrics.Lost);

    public void Clear()
    {
        Traces.Clear();
        Logs.Clear();
        Metrics.Clear();
    }
}

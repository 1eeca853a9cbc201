namespace Aspire.Dashboard.Telemetry;

/// <summary>One measurement with the trace that it was made in.</summary>
public sealed record MetricExemplar(long Time, double Value, string TraceId, string SpanId);

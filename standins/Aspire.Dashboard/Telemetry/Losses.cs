namespace Aspire.Dashboard.Telemetry;

/// <summary>What the limits cost so far: it was received and is not kept.</summary>
public sealed record Losses(long Traces, long Spans, long Logs, long Series);

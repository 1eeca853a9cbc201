namespace Aspire.Dashboard.Telemetry;

/// <summary>One resource's spans of a trace.</summary>
public sealed record TracePart(TelemetryResource Resource, int Spans, int Errors, long FirstStart);

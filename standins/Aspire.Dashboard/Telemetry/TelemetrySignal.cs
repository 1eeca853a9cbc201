namespace Aspire.Dashboard.Telemetry;

/// <summary>What a message tells of. The numbers are those of the journal's frames.</summary>
public enum TelemetrySignal : byte
{
    Traces = 1,
    Logs = 2,
    Metrics = 3,
}

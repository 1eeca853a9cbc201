namespace Aspire.Dashboard.Telemetry;

/// <summary>Which instrument: whose, of which meter, and its name.</summary>
public sealed record InstrumentId(TelemetryResource Resource, string Meter, string Name);

namespace Aspire.Dashboard.Telemetry;

/// <summary>What an instrument measures.</summary>
public sealed record Instrument(InstrumentId Id, InstrumentKind Kind, string Unit, string Description);

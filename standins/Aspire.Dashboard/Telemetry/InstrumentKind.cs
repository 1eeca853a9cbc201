namespace Aspire.Dashboard.Telemetry;

/// <summary>What the points of an instrument mean.</summary>
public enum InstrumentKind
{
    /// <summary>A value as it is.</summary>
    Gauge,

    /// <summary>A total that only grows: shown as a rate.</summary>
    Counter,

    /// <summary>A total that goes up and down: shown as it is.</summary>
    UpDownCounter,

    /// <summary>Counts by bucket: shown as percentiles.</summary>
    Histogram,
}

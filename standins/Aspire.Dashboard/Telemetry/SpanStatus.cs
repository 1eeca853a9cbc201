namespace Aspire.Dashboard.Telemetry;

/// <summary>The numbers are the wire's.</summary>
public enum SpanStatus
{
    Unset,
    Ok,
    Error,
}

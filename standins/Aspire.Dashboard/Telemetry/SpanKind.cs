namespace Aspire.Dashboard.Telemetry;

/// <summary>The numbers are the wire's.</summary>
public enum SpanKind
{
    Unspecified,
    Internal,
    Server,
    Client,
    Producer,
    Consumer,
}

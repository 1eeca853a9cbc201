namespace KvStore.Client;

/// <summary>Names to subscribe to in OpenTelemetry.</summary>
public static class KvClientTelemetry
{
    /// <summary>One span of kind CLIENT an operation, named <c>{operation} {namespace}</c>.</summary>
    public const string ActivitySourceName = "KvStore.Client";

    /// <summary><c>db.client.operation.duration</c>, in seconds.</summary>
    public const string MeterName = "KvStore.Client";
}

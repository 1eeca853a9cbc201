namespace KvStore.Client;

/// <summary>
/// What <c>builder.AddKvStoreClient("kv")</c> reads from the configuration sections <c>KvStore:Client</c> and
/// <c>KvStore:Client:kv</c>, the second over the first.
/// </summary>
public sealed class KvStoreClientSettings
{
    /// <summary>
    /// gRPC addresses of one or more nodes with commas between: <c>http://localhost:9001,http://localhost:9002</c>.
    /// <c>ConnectionStrings:kv</c> comes before it.
    /// </summary>
    public string? ConnectionString { get; set; }

    /// <summary>Whether no health check is registered.</summary>
    public bool DisableHealthChecks { get; set; }

    /// <summary>Whether the client's spans are not added to OpenTelemetry.</summary>
    public bool DisableTracing { get; set; }

    /// <summary>Whether the client's metrics are not added to OpenTelemetry.</summary>
    public bool DisableMetrics { get; set; }

    /// <summary>How long an operation may take, all attempts together. More than 0.</summary>
    public TimeSpan RequestTimeout { get; set; } = TimeSpan.FromSeconds(5);

    /// <summary>How long making a connection may take. More than 0.</summary>
    public TimeSpan ConnectTimeout { get; set; } = TimeSpan.FromSeconds(1);

    /// <summary>The level of operations that name none: <c>one</c>, <c>quorum</c>, <c>all</c> or a number. By default the node's.</summary>
    public Consistency DefaultConsistency { get; set; }
}

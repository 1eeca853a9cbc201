using System.Diagnostics.Metrics;

namespace KvStore.Node.Telemetry;

/// <summary>What was dropped before it ran because nobody waited for it any more, by the place where it was noticed.</summary>
internal static class ExpiredMetrics
{
    /// <summary>Requests to another member, before they left.</summary>
    public const string Outbox = "outbox";

    /// <summary>Requests of another member, before the replica took them up.</summary>
    public const string Replica = "replica";

    /// <summary>Operations that another member handed over, before they began.</summary>
    public const string Handed = "handed";

    /// <summary>Clients' operations, before anything was sent for them.</summary>
    public const string Operation = "operation";

    /// <summary>Scans and questions about slots, before they were read.</summary>
    public const string Scan = "scan";

    private static readonly Counter<long> Expired =
        NodeTelemetry.Meter.CreateCounter<long>("kvstore.expired", "{request}", "Work dropped before it ran because its time was over, by place.");

    public static void Count(string place, int requests) => Expired.Add(requests, new KeyValuePair<string, object?>("kvstore.place", place));
}

namespace KvStore.Tests.Simulation.Cluster;

/// <summary>Mistakes that can be planted around the product's own code, to prove that the oracles see.</summary>
internal enum ClusterPlant
{
    None,

    /// <summary>A restarted member comes back with the log it had at its first start, and still votes.</summary>
    Amnesia,

    /// <summary>The disk reports entries durable before they are: a crash takes acknowledged ones back.</summary>
    DurableTooEarly,
}

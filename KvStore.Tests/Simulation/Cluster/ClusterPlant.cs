namespace KvStore.Tests.Simulation.Cluster;

/// <summary>Mistakes that can be planted around the product's own code, to prove that the oracles see.</summary>
internal enum ClusterPlant
{
    None,

    /// <summary>A restarted member comes back with an empty log, and still votes.</summary>
    Amnesia,

    /// <summary>One member loses some of its disk, as in any run, and nobody notices.</summary>
    AmnesiaUnnoticed,

    /// <summary>The disk reports entries durable before they are: a crash takes acknowledged ones back, and nobody notices.</summary>
    DurableTooEarly,
}

namespace KvStore.Client;

/// <summary>What a fault does to the network of a member.</summary>
public enum NetworkFaultKind
{
    /// <summary>What it sends leaves later.</summary>
    Slow,

    /// <summary>A share of what it sends and of what arrives is lost.</summary>
    Drop,

    /// <summary>All of it is lost, both ways.</summary>
    Partition,

    /// <summary>All of it is lost, to and from whoever is a member.</summary>
    Pause,
}

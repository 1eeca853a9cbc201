namespace KvStore.Node.Peers;

/// <summary>What a <see cref="NetworkFault"/> does.</summary>
internal enum NetworkFaultKind
{
    /// <summary>What is sent leaves later.</summary>
    Slow,

    /// <summary>A share of what is sent and of what arrives is lost.</summary>
    Drop,

    /// <summary>All of it is lost, both ways.</summary>
    Partition,

    /// <summary>All of it is lost, to and from whoever is a member.</summary>
    Pause,
}

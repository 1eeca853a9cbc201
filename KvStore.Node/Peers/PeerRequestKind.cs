namespace KvStore.Node.Peers;

/// <summary>What one member asks another. Numbers are on the wire: never reuse one.</summary>
internal enum PeerRequestKind : byte
{
    Prepare = 1,
    Accept = 2,
    Read = 3,

    /// <summary>Carries a chosen record.</summary>
    Learn = 4,

    /// <summary>A page of what the replica holds, for listings.</summary>
    Scan = 5,

    /// <summary>A client's write, to be coordinated by the member it is sent to.</summary>
    Execute = 6,
}

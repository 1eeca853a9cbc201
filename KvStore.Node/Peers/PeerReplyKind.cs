namespace KvStore.Node.Peers;

/// <summary>What a replica answers. Numbers are on the wire: never reuse one.</summary>
internal enum PeerReplyKind : byte
{
    /// <summary>Carries the record and the slot's floor.</summary>
    Promised = 1,

    Accepted = 2,

    /// <summary>Carries the highest ballot that stood in the way.</summary>
    Conflict = 3,

    /// <summary>Carries the durable record and the slot's floor.</summary>
    Read = 4,

    Learned = 5,

    /// <summary>A learn at or below the floor of an absent key.</summary>
    LearnRefused = 6,

    /// <summary>Carries the replica's epoch.</summary>
    StaleEpoch = 7,

    NotOwner = 8,
    Overloaded = 9,

    /// <summary>The replica's log cannot be written.</summary>
    StoreFailed = 10,

    DiskFull = 11,

    /// <summary>Carries a page of a scan.</summary>
    Page = 12,

    /// <summary>The replica cannot prove that its disk lost nothing, or knows that it did.</summary>
    NotVoting = 13,

    /// <summary>Carries what became of a write that was handed over.</summary>
    Executed = 14,
}

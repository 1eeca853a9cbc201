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

    /// <summary>Carries what became of an operation that was handed over.</summary>
    Executed = 14,

    /// <summary>The tombstone may be purged as far as this replica goes.</summary>
    Confirmed = 24,

    /// <summary>The replica holds something else, or misses the tombstone. A promise that stands in the way is a conflict.</summary>
    NotConfirmed = 25,

    /// <summary>The tombstone is gone from this replica, durably, or was not there.</summary>
    Purged = 26,

    /// <summary>Carries digests.</summary>
    Digests = 27,

    /// <summary>Carries a page and floors.</summary>
    Inventory = 60,

    /// <summary>Carries a set of slots.</summary>
    Completeness = 61,

    /// <summary>Carries digests and floors.</summary>
    SlotDigests = 62,
}

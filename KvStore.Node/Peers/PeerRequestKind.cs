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

    /// <summary>A client's operation, to be coordinated by the member it is sent to.</summary>
    Execute = 6,

    /// <summary>Whether the replica holds exactly the tombstone of the ballot with nothing promised above it, or is past it.</summary>
    Confirm = 16,

    /// <summary>Remove the tombstone of the ballot, which every replica has confirmed, and remember its ballot as the slot's floor.</summary>
    Purge = 17,

    /// <summary>Digests of the slots that sender and receiver both hold.</summary>
    Digests = 18,

    /// <summary>A page of keys and ballots of the slots asked for.</summary>
    Walk = 19,

    /// <summary>A page of keys and ballots of the slots asked for, and their floors, for an owner to be.</summary>
    Inventory = 60,

    /// <summary>A page of records of the slots asked for, for an owner to be.</summary>
    Pull = 61,

    /// <summary>Of which slots the replica holds all that it needs to own them after the change.</summary>
    Completeness = 62,

    /// <summary>Digests and floors of the slots asked for, for an owner to be.</summary>
    SlotDigests = 63,
}

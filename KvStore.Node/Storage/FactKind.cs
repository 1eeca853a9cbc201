namespace KvStore.Node.Storage;

/// <summary>What a member must not forget besides records. Numbers are written to disk: never reuse one.</summary>
internal enum FactKind : byte
{
    /// <summary>A lane's share of the member's Bound, by lane: a ballot.</summary>
    Bound = 1,

    /// <summary>A decided topology document, by epoch.</summary>
    Topology = 2,

    /// <summary>A change acknowledged at level one and not yet committed, by its own number.</summary>
    PendingChange = 3,

    /// <summary>
    /// A slot's floor, by slot: a ballot, counted as promised for every absent key of the slot. It only rises, by this fact or
    /// by a purge.
    /// </summary>
    Floor = 4,

    /// <summary>A committed record that some replica has not acknowledged, by its own number.</summary>
    Hint = 5,

    /// <summary>What this member voted in the election of an epoch, by epoch.</summary>
    EpochVote = 6,

    /// <summary>What was seen of a peer, by its ordinal; under the member's own, what peers know of it that it lost.</summary>
    Remembered = 7,

    /// <summary>The epoch that the member has moved to, under number 0: 4 bytes. Without it that of the first document.</summary>
    Epoch = 60,

    /// <summary>The slots of which this member holds all that it needs to own them after a change, under number 0: its epoch and a bit a slot.</summary>
    SlotsComplete = 61,
}

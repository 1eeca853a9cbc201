namespace KvStore.Node.Storage;

/// <summary>What a member must not forget besides records. Numbers are written to disk: never reuse one.</summary>
internal enum FactKind : byte
{
    /// <summary>The member's Bound (number 0): a ballot.</summary>
    Bound = 1,

    /// <summary>A decided topology document, by epoch.</summary>
    Topology = 2,

    /// <summary>A change acknowledged at level one and not yet committed, by its own number.</summary>
    PendingChange = 3,
}

namespace KvStore.Node.Storage;

internal enum StoreEntryKind : byte
{
    /// <summary>A register record of a key.</summary>
    Record = 1,

    /// <summary>A fact: the latest of its kind and number stands, an empty one takes it back.</summary>
    Fact = 2,

    // 3 is LogFrameKind.CommitEnd.

    /// <summary>Removes a key's tombstone and raises its slot's floor to the tombstone's ballot, both or neither.</summary>
    Purge = 4,

    /// <summary>Removes a key's record, of whatever kind, because its slot is another member's now. The slot's floor stays.</summary>
    Removal = 5,
}

namespace KvStore.Node.Storage;

internal enum StoreEntryKind : byte
{
    /// <summary>A register record of a key.</summary>
    Record = 1,

    /// <summary>A fact: the latest of its kind and number stands, an empty one takes it back.</summary>
    Fact = 2,
}

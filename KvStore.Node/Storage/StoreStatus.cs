namespace KvStore.Node.Storage;

/// <summary>A store's figures at one moment.</summary>
/// <param name="Keys">Keys with a value.</param>
/// <param name="Tombstones">Keys deleted and not yet purged.</param>
/// <param name="ValueBytes">Bytes of keys and values of <paramref name="Keys"/>.</param>
/// <param name="AppendedLsn">The last log number given out.</param>
/// <param name="DurableLsn">The last log number on disk.</param>
/// <param name="Commits">Commits of the log since the store was opened.</param>
/// <param name="DiskBytes">Bytes of all files of the data directory.</param>
/// <param name="Files">How they came to be that many.</param>
/// <param name="MemoryBytes">Bytes of memory the data log and its index may take.</param>
/// <param name="Durability">"commit", "interval" or "none".</param>
/// <param name="Failure">Why it stopped acknowledging, or null.</param>
internal sealed record StoreStatus(
    long Keys,
    long Tombstones,
    long ValueBytes,
    long AppendedLsn,
    long DurableLsn,
    long Commits,
    long DiskBytes,
    StoreFiles Files,
    long MemoryBytes,
    string Durability,
    StoreFailure? Failure);

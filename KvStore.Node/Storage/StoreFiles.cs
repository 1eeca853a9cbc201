namespace KvStore.Node.Storage;

/// <summary>What a store's files are made of, and its newest checkpoint.</summary>
/// <param name="CheckpointNumber">0 if there is none.</param>
/// <param name="CheckpointLsn">Every record of the log up to here is in it.</param>
/// <param name="CheckpointAge">Since it was made, or found at the start.</param>
/// <param name="CheckpointDuration">From its cut to its manifest on disk; zero if it was found at the start.</param>
/// <param name="LogBytes">Of the write-ahead log's segments.</param>
/// <param name="DataBytes">Of the data log's files.</param>
/// <param name="LiveBytes">What the latest record of every key takes in the data log, in memory or on disk.</param>
internal sealed record StoreFiles(
    long CheckpointNumber,
    long CheckpointLsn,
    TimeSpan CheckpointAge,
    TimeSpan CheckpointDuration,
    long LogBytes,
    long DataBytes,
    long LiveBytes)
{
    /// <summary>Of a store without files.</summary>
    public static readonly StoreFiles None = new(0, 0, TimeSpan.Zero, TimeSpan.Zero, 0, 0, 0);
}

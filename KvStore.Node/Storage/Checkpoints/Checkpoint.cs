using KvStore.Node.Ring;

namespace KvStore.Node.Storage.Checkpoints;

/// <summary>
/// What has to be known to go on from the data log's files instead of the whole write-ahead log. The files themselves are the
/// rest of it: nothing below the tail changes, except that the block in which the tail lies is written again, so it is kept here.
/// </summary>
/// <param name="Number">From 1; the higher one is newer.</param>
/// <param name="Lsn">
/// Every record of the log up to here is in the data. The data may hold later ones: replaying the log from here over them ends
/// in the same records, and in the same counts, because each record replayed is counted against the one that the data holds.
/// </param>
/// <param name="LsnDurable">The log was on disk up to here, at least, when the manifest was written: one that ends before has lost something.</param>
/// <param name="BeginAddress">Where the data begins.</param>
/// <param name="TailAddress">Where it ends.</param>
/// <param name="Layout">How the files are laid out.</param>
/// <param name="LiveBytes">Bytes of the data that are the latest record of their key.</param>
/// <param name="Checksums">Of every whole block from the one of <paramref name="BeginAddress"/> to the tail.</param>
/// <param name="TailBlock">From the beginning of the tail's block to the tail.</param>
/// <param name="Counts">What <see cref="StoreCountsCodec"/> wrote of the data below the tail.</param>
/// <param name="Facts">The facts that stood then or a moment later.</param>
internal sealed record Checkpoint(
    ClusterId Cluster,
    MemberId Member,
    long Number,
    long Lsn,
    long LsnDurable,
    long BeginAddress,
    long TailAddress,
    CheckpointLayout Layout,
    long LiveBytes,
    ReadOnlyMemory<uint> Checksums,
    ReadOnlyMemory<byte> TailBlock,
    ReadOnlyMemory<byte> Counts,
    IReadOnlyList<Fact> Facts);

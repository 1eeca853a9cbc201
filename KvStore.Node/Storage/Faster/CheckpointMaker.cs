using System.Buffers;
using System.Diagnostics;
using KvStore.Node.Storage.Checkpoints;
using KvStore.Node.Storage.Log;

namespace KvStore.Node.Storage.Faster;

/// <summary>
/// Makes checkpoints while lanes write on. Lanes are held for the cut only: the data log's tail, below which nothing changes from then on, the counts of what is there,
/// and how far the log is applied. What is below the tail is then made durable, which takes as long as it takes, and the manifest
/// of it written. A crash at any moment leaves the checkpoint before.
/// </summary>
/// <remarks>
/// Two checkpoints are kept, and the log behind the older one, so that a manifest or a block that only the newer one has may be
/// damaged. Everything older goes, in this order: manifests, then the log and the data that only they needed.
/// </remarks>
internal sealed class CheckpointMaker(
    StoreOptions options,
    DataLog data,
    LaneRecords[] lanes,
    StoreCounts counts,
    StoreFacts facts,
    AppliedMark applied,
    WriteAheadLog log,
    CheckpointFiles files,
    RecoveredLog recovered,
    Checkpoint? newest)
{
    /// <summary>Enough for the counts of every slot in use, so that lanes do not wait for memory.</summary>
    private const int CountsBytes = 1 << 20;

    private volatile CheckpointStatus _status = CheckpointStatus.Of(newest);
    private long _dataFrom = newest?.BeginAddress ?? 0;

    /// <summary>The newest checkpoint, which is the only one whose files were all read or written by this process.</summary>
    private Checkpoint? _newest = newest;

    public CheckpointStatus Status => _status;

    /// <summary>Where the data begins that one of the two checkpoints needs, as far as this process knows: what is below is deleted.</summary>
    public long DataFrom => Volatile.Read(ref _dataFrom);

    /// <summary>Bytes of the data log that are the latest record of their key, within a few each.</summary>
    public long LiveBytes => recovered.LiveBytes + lanes.Sum(lane => lane.AddedBytes);

    /// <returns>False if there is none, because the disk or the log has failed.</returns>
    /// <exception cref="IOException">When the disk failed; the checkpoint before stands.</exception>
    public bool Make()
    {
        long began = Stopwatch.GetTimestamp();
        (Checkpoint cut, TimeSpan held) = Cut();
        if (!data.MakeDurable(cut.TailAddress))
        {
            return false;
        }

        uint[] checksums = data.ChecksumsOf(cut.BeginAddress, cut.TailAddress);
        byte[] tail = data.TailBlockOf(cut.TailAddress);

        // Blocks may already be marked by writes after the cut, and facts taken from them: the log must not fall behind either.
        // Looked at last, because what comes to the log until the manifest is on disk the manifest does not know of.
        IReadOnlyList<Fact> standing = facts.Standing();
        long durable = log.DurableLsn;
        if (!log.WaitSynced(durable))
        {
            return false;
        }

        Checkpoint made = cut with
        {
            LsnDurable = durable,
            Checksums = checksums,
            TailBlock = tail,
            Facts = standing,
        };
        long length = files.Write(made);
        DropOlder();
        _newest = made;
        TimeSpan took = Stopwatch.GetElapsedTime(began);
        _status = new CheckpointStatus(made.Number, made.Lsn, Stopwatch.GetTimestamp(), took, held, length);
        StoreMetrics.MadeCheckpoint(took, held);
        return true;
    }

    private (Checkpoint Cut, TimeSpan Held) Cut()
    {
        ArrayBufferWriter<byte> counted = new(CountsBytes);
        long began = Stopwatch.GetTimestamp();
        foreach (LaneRecords lane in lanes)
        {
            lane.Hold();
        }

        try
        {
            // The counts are of what is below the tail now, so that must stay as it is.
            data.Freeze(data.TailAddress);
            counts.WriteTo(counted);
            Checkpoint cut = new(
                options.Cluster,
                options.Member,
                (_newest?.Number ?? 0) + 1,
                Math.Min(applied.Through, log.DurableLsn),
                LsnDurable: 0,
                data.BeginAddress,
                data.TailAddress,
                data.Size.Layout,
                LiveBytes,
                default,
                default,
                counted.WrittenMemory,
                []);
            return (cut, Stopwatch.GetElapsedTime(began));
        }
        finally
        {
            foreach (LaneRecords lane in lanes)
            {
                lane.Release();
            }
        }
    }

    private void DropOlder()
    {
        if (_newest is { } kept)
        {
            files.Delete(number => number < kept.Number);
            log.Release(kept.Lsn, LiveBytes);
            data.DeleteBelow(kept.BeginAddress);
            Volatile.Write(ref _dataFrom, kept.BeginAddress);
        }
    }
}

using FASTER.core;
using KvStore.Node.Registers;
using KvStore.Node.Ring;
using KvStore.Node.Storage.Checkpoints;
using KvStore.Node.Storage.Faster;

namespace KvStore.Node.Storage.Verification;

/// <summary>
/// One checkpoint: its manifest, every block of data that it needs, and the counts and digests that it holds against those of
/// the records themselves. The data is opened by the code that starts from it, in a directory that cannot be written.
/// </summary>
internal static class CheckpointVerification
{
    private const long MemoryBytes = 64 << 20;

    /// <param name="weights">Takes the records, if the checkpoint is whole.</param>
    /// <returns>What is wrong with it, or null.</returns>
    public static string? Run(DiskDirectory data, Checkpoint checkpoint, string manifest, KeyWeights weights)
    {
        if (!StoreCountsCodec.TryRead(checkpoint.Counts.Span, out StoreCounts counts))
        {
            return $"{manifest} is damaged at offset 0: its counts cannot be read";
        }

        FailStop failStop = new();
        CheckpointLayout layout = checkpoint.Layout;
        DataLogSize size = new(layout.SegmentBytes, layout.PageBytes, Math.Max(MemoryBytes, DataLogSize.PagesLeast * layout.PageBytes), layout.IndexBytes);
        try
        {
            using DataLog log = new(data, size, failStop, checkpoint);
            if (failStop.First is null)
            {
                Read(log, weights);
            }
        }
        catch (Exception exception) when (DiskError.Is(exception))
        {
            return $"a file of its data cannot be opened, from offset 0: {exception.Message}";
        }

        return failStop.First is { } failure ? failure.Message : Difference(counts, weights, manifest);
    }

    private static void Read(DataLog log, KeyWeights weights)
    {
        using DataLogRecords records = new(log, log.BeginAddress, log.TailAddress);
        while (records.MoveNext(out RecordInfo info))
        {
            Key key = new(records.Key.ToArray());
            RegisterRecord record = RegisterRecord.Absent;
            if (!info.Tombstone)
            {
                Invariant.Holds(RegisterCodec.TryRead(records.Value.ToArray(), out record));
            }

            weights.Set(key, record);
        }
    }

    /// <summary>A digest that has still to be counted again after a restart has nothing to be compared with.</summary>
    private static string? Difference(StoreCounts counts, KeyWeights weights, string manifest)
    {
        StoreCounts counted = weights.Count(counts.FloorOf);
        foreach (Slot slot in Enumerable.Range(0, Slot.Count).Select(number => new Slot(number)))
        {
            SlotCounts expected = counts.Of(slot);
            SlotCounts actual = counted.Of(slot);
            if (expected with { Digest = actual.Digest } != actual || (expected.Digest is not null && expected.Digest != actual.Digest))
            {
                return $"{manifest} counts {expected} for slot {slot.Number}, and the records are {actual}";
            }
        }

        return null;
    }
}

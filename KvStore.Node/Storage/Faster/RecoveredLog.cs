using KvStore.Node.Registers;
using KvStore.Node.Ring;
using KvStore.Node.Storage.Log;

namespace KvStore.Node.Storage.Faster;

/// <summary>The write-ahead log of a store that was just opened, and what was in it.</summary>
internal sealed record RecoveredLog(WriteAheadLog Log, StoreFacts Facts, StoreContents Contents)
{
    /// <summary>Replays the log into an empty data log, counts this boot, and opens the log at its end.</summary>
    /// <exception cref="StoreRefusal">When the log holds less than was promised, or the data log cannot be written.</exception>
    public static RecoveredLog Open(
        StoreOptions options, StoreDirectory directory, Superblock superblock, DataLog data, StoreCounts counts, FailStop failStop)
    {
        StoreFacts facts = new();
        LogPosition end;
        long segmentLast;
        using (ReplayWindow window = new(data, counts))
        {
            end = LogRecovery.Run(directory.Log, superblock, facts, window.Add, out segmentLast);
            window.Flush();
        }

        foreach ((Slot slot, Ballot floor) in facts.Floors())
        {
            counts.RaiseFloor(slot, floor);
        }

        if (failStop.First is { } failure)
        {
            throw StoreDirectory.CannotUse(options.Directory, failure);
        }

        superblock = superblock with
        {
            Generation = superblock.Generation + 1,
            BootCount = superblock.BootCount + 1,
            DurableLsn = end.LsnLast,
            SegmentLast = segmentLast,
        };
        return new RecoveredLog(
            OpenAt(end, options, directory, superblock, failStop, facts),
            facts,
            new StoreContents(superblock.Cluster, superblock.Member, superblock.BootCount, end.LsnLast, facts.Standing()));
    }

    private static WriteAheadLog OpenAt(
        LogPosition end, StoreOptions options, StoreDirectory directory, Superblock superblock, FailStop failStop, StoreFacts facts)
    {
        List<LogSegment> segments = [];
        for (long number = end.Segment; number <= superblock.SegmentLast; number++)
        {
            segments.Add(LogSegment.Open(directory.Log, number));
        }

        // What was read back may be in the system's memory only: the process before was killed, or never synced.
        segments[0].Sync();
        SuperblockCopies.Write(directory.Store, superblock);
        LogKeeper keeper = new(directory.Store, directory.Log, superblock, segments.Skip(1), options.SegmentLength, failStop);
        return new WriteAheadLog(options, segments[0], end, keeper, failStop, facts);
    }
}

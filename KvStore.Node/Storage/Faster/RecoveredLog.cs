using System.Security.Cryptography;
using KvStore.Node.Registers;
using KvStore.Node.Ring;
using KvStore.Node.Storage.Checkpoints;
using KvStore.Node.Storage.Log;

namespace KvStore.Node.Storage.Faster;

/// <summary>The write-ahead log of a store that was just opened, and what was in it.</summary>
/// <param name="ReplayedBytes">Bytes of the log that the data did not hold.</param>
/// <param name="LiveBytes">Bytes of the data that are the latest record of their key, within a few each.</param>
internal sealed record RecoveredLog(WriteAheadLog Log, StoreContents Contents, long ReplayedBytes, long LiveBytes)
{
    /// <summary>Replays the log from where the data ends, counts this boot, and opens the log at its end.</summary>
    /// <exception cref="StoreRefusal">When the log holds less than was promised, or the data log cannot be written.</exception>
    public static RecoveredLog Open(StoreOptions options, StoreDirectory directory, Superblock superblock, RecoveredRecords data)
    {
        // A directory just made proves nothing: there may have been another before it.
        bool isProvenWhole = superblock.BootCount > 0 && SuperblockCopies.IsAsLeft(directory.Store);
        long liveBytes;
        RecoveredSegments read;
        using (ReplayWindow window = new(data.Log, data.Counts, data.From?.LiveBytes ?? 0))
        {
            read = LogRecovery.Run(directory.Log, RequiredBy(superblock, data.From), data.From?.Lsn ?? 0, data.Facts, window.Add);
            window.Flush();
            liveBytes = window.LiveBytes;
        }

        foreach ((Slot slot, Ballot floor) in data.Facts.Floors())
        {
            data.Counts.RaiseFloor(slot, floor);
        }

        if (data.FailStop.First is { } failure)
        {
            throw StoreDirectory.CannotUse(options.Directory, failure);
        }

        superblock = superblock with
        {
            Generation = superblock.Generation + 1,
            BootCount = superblock.BootCount + 1,
            DurableLsn = read.End.LsnLast,
            SegmentLast = read.SegmentLast,
        };
        return new RecoveredLog(
            OpenAt(read, options, directory, superblock, isProvenWhole, data),
            new StoreContents(superblock.Cluster, superblock.Member, superblock.BootCount, DrawNonce(), isProvenWhole, read.End.LsnLast, data.Facts.Standing()),
            read.ReplayedBytes,
            liveBytes);
    }

    /// <summary>A checkpoint may know of a later moment than the superblock: the log must reach that one too.</summary>
    public static Superblock RequiredBy(Superblock superblock, Checkpoint? from) =>
        superblock with { DurableLsn = Math.Max(superblock.DurableLsn, from?.LsnDurable ?? 0) };

    private static long DrawNonce() => BitConverter.ToInt64(RandomNumberGenerator.GetBytes(sizeof(long)));

    private static WriteAheadLog OpenAt(
        RecoveredSegments read, StoreOptions options, StoreDirectory directory, Superblock superblock, bool isProvenWhole, RecoveredRecords data)
    {
        List<LogSegment> segments = [];
        for (long number = read.End.Segment; number <= superblock.SegmentLast; number++)
        {
            segments.Add(LogSegment.Open(directory.Log, number));
        }

        // What was read back may be in the system's memory only: the process before was killed, or never synced.
        segments[0].Sync();
        SuperblockCopies.Write(directory.Store, superblock, isProvenWhole);
        LogKeeper keeper = new(
            directory.Store, directory.Log, superblock, isProvenWhole, read.Closed, segments.Skip(1), options.SegmentLength, data.FailStop);
        return new WriteAheadLog(options, segments[0], read.End, keeper, data.FailStop, data.Facts);
    }
}

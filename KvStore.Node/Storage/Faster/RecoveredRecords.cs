using KvStore.Node.Storage.Checkpoints;
using KvStore.Node.Storage.Log;

namespace KvStore.Node.Storage.Faster;

/// <summary>
/// The data log of a store that is being opened: the newest checkpoint whose every byte is what was written, or an empty one
/// where the write-ahead log still begins with its first record.
/// </summary>
/// <param name="From">The checkpoint, or null.</param>
/// <param name="FailStop">The store's, to which the data log reports.</param>
internal sealed record RecoveredRecords(DataLog Log, StoreCounts Counts, StoreFacts Facts, Checkpoint? From, FailStop FailStop)
{
    /// <exception cref="StoreRefusal">When no checkpoint can be used and the log no longer has everything.</exception>
    public static RecoveredRecords Open(StoreOptions options, StoreDirectory directory, Superblock superblock)
    {
        CheckpointFiles files = new(directory.Checkpoints);
        List<string> problems = [];
        foreach (long number in files.Numbers())
        {
            if (TryOpen(options, directory, superblock, files, number, problems) is { } recovered)
            {
                // A newer one that cannot be used must not be found by the next start, when its blocks will have been overwritten.
                files.Delete(other => other > number);
                recovered.Log.DeleteRemains();
                return recovered;
            }
        }

        if (superblock.LsnFirst > 1)
        {
            string found = problems.Count > 0 ? string.Join(" ", problems) : $"{directory.Checkpoints.Path} is empty.";
            throw new StoreRefusal(
                $"No checkpoint in {directory.Checkpoints.Path} can be used, and the log begins with LSN {superblock.LsnFirst}. {found} {StoreDamage.WhatToDo}");
        }

        directory.EmptyData();
        FailStop failStop = new();
        return new RecoveredRecords(new DataLog(directory.Data, DataLogSize.Of(options), failStop), new StoreCounts(), new StoreFacts(), null, failStop);
    }

    private static RecoveredRecords? TryOpen(
        StoreOptions options, StoreDirectory directory, Superblock superblock, CheckpointFiles files, long number, List<string> problems)
    {
        Checkpoint? from = files.TryRead(number);
        if (from is null || from.Cluster != options.Cluster || from.Member != options.Member
            || !StoreCountsCodec.TryRead(from.Counts.Span, out StoreCounts counts))
        {
            problems.Add($"{files.PathOf(number)} is damaged at offset 0: it is no whole manifest of this member.");
            return null;
        }

        if (from.Lsn < superblock.LsnFirst - 1)
        {
            problems.Add($"{files.PathOf(number)} needs the log from LSN {from.Lsn + 1}.");
            return null;
        }

        FailStop failStop = new();
        DataLogSize size = DataLogSize.Of(options, from.Layout);
        if (OpenData(directory, size, failStop, from, problems) is not { } log)
        {
            return null;
        }

        StoreFacts facts = new();
        foreach (Fact fact in from.Facts)
        {
            facts.Set(StoreEntry.Of(fact));
        }

        return new RecoveredRecords(log, counts, facts, from, failStop);
    }

    private static DataLog? OpenData(StoreDirectory directory, DataLogSize size, FailStop failStop, Checkpoint from, List<string> problems)
    {
        DataLog log;
        try
        {
            log = new DataLog(directory.Data, size, failStop, from);
        }
        catch (Exception exception) when (DiskError.Is(exception) && !DiskError.IsDiskFull(exception))
        {
            problems.Add($"A file of checkpoint {from.Number} cannot be opened, from offset 0: {exception.Message}");
            return null;
        }

        if (failStop.First is not { } failure)
        {
            return log;
        }

        problems.Add($"Checkpoint {from.Number} is damaged: {failure.Message}.");
        log.Dispose();
        return null;
    }
}

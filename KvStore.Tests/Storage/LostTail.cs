using KvStore.Node.Storage;
using KvStore.Node.Storage.Log;
using Xunit;

namespace KvStore.Tests.Storage;

/// <summary>
/// What a power cut leaves on a disk that had only said that it wrote: the log ends earlier than it was acknowledged, and the
/// superblock, written later than what is lost, knows no better. The store opens from it as from any torn commit.
/// </summary>
internal static class LostTail
{
    /// <summary>Takes at least so many of the last entries out of the log.</summary>
    /// <param name="dataDirectory">A member's, that no process has open.</param>
    public static void Take(string dataDirectory, int entries)
    {
        DiskDirectory store = new(Path.Combine(dataDirectory, "store"));
        DiskDirectory log = store.Sub("log");
        List<LogPosition> commits = [.. LogSegment.Numbers(log, out _).SelectMany(number => Commits(log, number))];
        Assert.True(commits.Count > 0 && commits[^1].LsnLast > entries, "The log is shorter than what it should lose.");
        LogPosition end = commits.Last(commit => commit.LsnLast <= commits[^1].LsnLast - entries);
        foreach (IGrouping<long, LogPosition> lost in commits.Where(commit => commit.LsnLast >= end.LsnLast).GroupBy(commit => commit.Segment))
        {
            using LogSegment segment = LogSegment.Open(log, lost.Key);
            segment.Erase(lost.Min(commit => commit.Offset), segment.Header.SegmentBytes);
        }

        Superblock before = SuperblockCopies.Read(store);
        Superblock after = before with { Generation = before.Generation + 1, DurableLsn = Math.Min(before.DurableLsn, end.LsnLast) };
        SuperblockCopies.Write(store, after, isWhole: false);
    }

    /// <summary>Where each commit of a segment begins, with the last log number before it.</summary>
    private static IEnumerable<LogPosition> Commits(DiskDirectory log, long number)
    {
        byte[] bytes = File.ReadAllBytes(log.PathOf(LogSegment.NameOf(number)));
        Assert.True(SegmentHeader.TryRead(bytes, out SegmentHeader? header));
        bool begins = true;
        for (int at = SegmentHeader.Length; LogFrame.TryRead(bytes.AsSpan(at), header!.Seed, out LogFrame frame); at += frame.Length)
        {
            if (begins)
            {
                yield return new LogPosition(number, at, frame.Lsn - 1);
            }

            begins = frame.Kind == LogFrameKind.CommitEnd;
        }
    }
}

using System.Diagnostics.Metrics;

namespace KvStore.Node.Storage;

/// <summary>What the store measures, under the meter <see cref="MeterName"/>.</summary>
internal static class StoreMetrics
{
    public const string MeterName = "KvStore.Storage";

    private static readonly Meter Meter = new(MeterName);

    /// <summary>In seconds. The usual buckets are made for milliseconds, and would hold every duration in the first.</summary>
    private static readonly InstrumentAdvice<double> Durations =
        new() { HistogramBucketBoundaries = [0.0001, 0.0005, 0.001, 0.005, 0.01, 0.05, 0.1, 0.5, 1, 5, 10] };

    private static readonly Counter<long> Commits =
        Meter.CreateCounter<long>("kvstore.storage.commits", "{commit}", "Commits of the write-ahead log.");

    private static readonly Histogram<double> CommitDuration =
        Meter.CreateHistogram<double>("kvstore.storage.commit.duration", "s", "From the committer taking a batch to its sync.", advice: Durations);

    private static readonly Histogram<int> CommitRecords =
        Meter.CreateHistogram<int>("kvstore.storage.commit.records", "{record}", "Records in a commit.");

    private static readonly Counter<long> AppendedBytes =
        Meter.CreateCounter<long>("kvstore.storage.appended", "By", "Bytes written to the write-ahead log.");

    private static readonly Counter<long> DiskReads =
        Meter.CreateCounter<long>("kvstore.storage.disk_reads", "{read}", "Reads of the data log's files.");

    private static readonly Counter<long> DataLogWrites =
        Meter.CreateCounter<long>("kvstore.storage.data_log.written", "By", "Bytes of the data log moved from memory to its files.");

    private static readonly Histogram<double> CheckpointDuration =
        Meter.CreateHistogram<double>("kvstore.storage.checkpoint.duration", "s", "From a checkpoint's cut to its manifest on disk.", advice: Durations);

    private static readonly Histogram<double> CheckpointHold =
        Meter.CreateHistogram<double>("kvstore.storage.checkpoint.hold", "s", "How long lanes were held for a checkpoint's cut.", advice: Durations);

    private static readonly Counter<long> CompactedBytes =
        Meter.CreateCounter<long>("kvstore.storage.compaction.copied", "By", "Bytes of live records that compaction copied.");

    public static void Copied(long bytes) => CompactedBytes.Add(bytes);

    public static void MadeCheckpoint(TimeSpan duration, TimeSpan held)
    {
        CheckpointDuration.Record(duration.TotalSeconds);
        CheckpointHold.Record(held.TotalSeconds);
    }

    public static void Committed(int records, int bytes, TimeSpan duration)
    {
        Commits.Add(1);
        CommitRecords.Record(records);
        AppendedBytes.Add(bytes);
        CommitDuration.Record(duration.TotalSeconds);
    }

    public static void ReadFromDisk() => DiskReads.Add(1);

    public static void WroteDataLog(long bytes) => DataLogWrites.Add(bytes);
}

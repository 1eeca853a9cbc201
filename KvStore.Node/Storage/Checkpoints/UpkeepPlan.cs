namespace KvStore.Node.Storage.Checkpoints;

/// <summary>When a store makes a checkpoint and when it compacts, so that neither log, files nor the next start grow without bound.</summary>
/// <param name="segmentBytes">Of the data log's files.</param>
/// <param name="pageBytes">Of the data log's pages.</param>
internal sealed class UpkeepPlan(StoreOptions options, long segmentBytes, long pageBytes)
{
    /// <summary>
    /// The log between two checkpoints, as a part of the live data. The log is kept behind the older of two, so it takes up to
    /// three such parts of the disk. A smaller part means more manifests, of which each takes a thousandth of the data.
    /// </summary>
    private const int LogPart = 8;

    /// <summary>
    /// Log between two checkpoints, which a start replays in a moment: the first write of each key after one is not in place.
    /// </summary>
    private const long LogBytesUsual = 32 << 20;

    private const int SegmentsMost = 8;

    /// <summary>The most log between two checkpoints: what a start has to replay.</summary>
    private const long CheckpointBytesMost = 1 << 30;

    /// <summary>Bytes of log after which a checkpoint is due: more than of data, because what goes over a record adds none.</summary>
    public long CheckpointBytes(long liveBytes) =>
        options.CheckpointBytes ?? Math.Max(AddedBytes(liveBytes), Math.Clamp(LogBytesUsual, options.SegmentLength, SegmentsMost * options.SegmentLength));

    /// <summary>Bytes added to the data log, the copies of compaction aside, after which one is due.</summary>
    public long AddedBytes(long liveBytes) =>
        options.CheckpointBytes ?? Math.Clamp(liveBytes / LogPart, options.SegmentLength, Math.Max(CheckpointBytesMost, options.SegmentLength));

    /// <summary>Bytes above which writers wait for the checkpoint that so many have made due: what a burst may bring while it is made.</summary>
    public static long MostBefore(long dueBytes) => 2 * Math.Min(dueBytes, long.MaxValue / 2);

    /// <summary>
    /// Bytes of the data log above which its oldest part is compacted: eleven eighths of the live ones. When records are overwritten
    /// evenly, about half of what is oldest is still live then, so each byte written costs one copied; log, data and checkpoints
    /// together stay below three times the live bytes. And some segments and pages, below which there is nothing to gain.
    /// </summary>
    public long DataBytesMost(long liveBytes) =>
        options.IsCompacting ? (liveBytes / 8 * 11) + (2 * segmentBytes) + (2 * pageBytes) : long.MaxValue;

    /// <summary>
    /// Whether writers have made the data log longer than it should be, by a part of that, faster than it is compacted. Where it is too
    /// long only because much was removed, they need not wait: compaction has all the time it wants, as long as they do not make it longer.
    /// </summary>
    /// <param name="leastBytes">The shortest that the data log was since it was last as short as it should be.</param>
    public bool HasOutgrown(long dataBytes, long liveBytes, long leastBytes, int part)
    {
        long most = DataBytesMost(liveBytes);
        return dataBytes - Math.Max(most, leastBytes) > most / part;
    }

    /// <summary>What is compacted before the beginning moves once, and scans are waited for.</summary>
    public long RegionBytes(long dataBytes) => Math.Max(2 * pageBytes, dataBytes / 16);

    /// <summary>Whether a store that is being closed makes one: a start without it would replay a good part of the log that may be.</summary>
    public bool IsWorthClosingWith(long logBytes, long liveBytes) => logBytes >= CheckpointBytes(liveBytes) / 8;
}

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
    /// Segments between two checkpoints at least, which a start replays in a moment: the first write of each key after one is not
    /// in place.
    /// </summary>
    private const int SegmentsLeast = 8;

    /// <summary>The most log between two checkpoints: what a start has to replay.</summary>
    private const long CheckpointBytesMost = 1 << 30;

    /// <summary>Bytes of log after which a checkpoint is due.</summary>
    public long CheckpointBytes(long liveBytes) =>
        options.CheckpointBytes
        ?? Math.Clamp(liveBytes / LogPart, SegmentsLeast * options.SegmentLength, Math.Max(CheckpointBytesMost, SegmentsLeast * options.SegmentLength));

    /// <summary>Bytes of log above which writers wait for the checkpoint: what a burst may bring while one is made.</summary>
    public long LogBytesMost(long checkpointBytes) => 2 * Math.Min(checkpointBytes, long.MaxValue / 2);

    /// <summary>
    /// Bytes of the data log above which its oldest part is compacted: eleven eighths of the live ones. When records are overwritten
    /// evenly, about half of what is oldest is still live then, so each byte written costs one copied; log, data and checkpoints
    /// together stay below three times the live bytes. And some segments and pages, below which there is nothing to gain.
    /// </summary>
    public long DataBytesMost(long liveBytes) =>
        options.IsCompacting ? (liveBytes / 8 * 11) + (2 * segmentBytes) + (2 * pageBytes) : long.MaxValue;

    /// <summary>What is compacted before the beginning moves once, and scans are waited for.</summary>
    public long RegionBytes(long dataBytes) => Math.Max(2 * pageBytes, dataBytes / 16);

    /// <summary>Whether a store that is being closed makes one: a start without it would replay a good part of the log that may be.</summary>
    public bool IsWorthClosingWith(long logBytes, long liveBytes) => logBytes >= CheckpointBytes(liveBytes) / 8;
}

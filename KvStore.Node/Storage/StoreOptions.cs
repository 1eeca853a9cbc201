using KvStore.Node.Ring;

namespace KvStore.Node.Storage;

/// <summary>The knobs of a <see cref="Faster.FasterStore"/>. Sizes are in bytes.</summary>
internal sealed record StoreOptions
{
    public const int ValueBytesLargest = 16 << 20;

    private const long SegmentMost = 1 << 30;
    private const long SegmentUsual = 4 << 20;
    private const long SegmentLarge = 16 << 20;
    private const int SegmentsPerLive = 16;

    public required string Directory { get; init; }

    public required ClusterId Cluster { get; init; }

    public required MemberId Member { get; init; }

    public required int Lanes { get; init; }

    /// <summary>
    /// The data log's memory and its index together. More keeps more records readable without the disk. The least is two
    /// pages of two of the largest values each, and an index: up to eleven times <see cref="ValueBytesMax"/>.
    /// </summary>
    public long MemoryBytesMax { get; init; } = 256 << 20;

    /// <summary>The largest value there will be, up to <see cref="ValueBytesLargest"/>.</summary>
    public int ValueBytesMax { get; init; } = 1 << 20;

    public Durability Durability { get; init; } = Durability.Commit;

    /// <summary>For <see cref="Durability.Interval"/>: how long the system may keep entries to itself, and a power cut lose.</summary>
    public int IntervalMilliseconds { get; init; } = 1000;

    /// <summary>
    /// One file of the write-ahead log, written in full when it is made so that a commit changes no metadata. A larger one
    /// is changed less often; a smaller one gives space back sooner. Null: a sixteenth of the live data, from 4 to 16 MiB, or more
    /// where four of the largest entries need it, which is the least.
    /// </summary>
    public long? SegmentBytes { get; init; }

    /// <summary><see cref="SegmentBytes"/> of a store that is empty, below which none goes.</summary>
    public long SegmentLength => SegmentBytes ?? Math.Max(SegmentUsual, SegmentLeast);

    /// <summary><see cref="SegmentBytes"/> where there are so many live bytes.</summary>
    public long SegmentLengthFor(long liveBytes) =>
        SegmentBytes ?? RoundedUp(Math.Clamp(liveBytes / SegmentsPerLive, SegmentLength, Math.Max(SegmentLarge, SegmentLength)));

    /// <summary>
    /// Bytes of the write-ahead log between two checkpoints. More means fewer manifests, of a thousandth of the data each; less means
    /// a shorter log and a faster start. Null: an eighth of the live data, at least a segment and at most 1 GiB; where writes go over records, up to 32 MiB or eight segments.
    /// </summary>
    public long? CheckpointBytes { get; init; }

    /// <summary>Whether what was overwritten is reclaimed from the data log; without it the files only grow.</summary>
    public bool IsCompacting { get; init; } = true;

    /// <summary>Appended and not yet written, at most; above it Append waits for the committer.</summary>
    public long PendingBytesMax { get; init; } = 64 << 20;

    /// <summary>Sees what is done to the files. For tests: not a knob.</summary>
    internal DiskObserver? Observer { get; init; }

    private long SegmentLeast
    {
        get
        {
            long least = Math.Max(64 << 10, 4L * Log.LogFrame.LengthWith(Log.LogPayload.LengthMax(ValueBytesMax)));
            return RoundedUp(least);
        }
    }

    /// <exception cref="StoreRefusal">When an option is out of its range.</exception>
    public void Validate()
    {
        Require(Directory.Length > 0, "DataDirectory must name a directory");
        Require(Lanes is >= 1 and <= 256, $"Lanes is {Lanes}, allowed are 1 to 256");
        Require(ValueBytesMax is >= 1 and <= ValueBytesLargest, $"ValueBytesMax is {ValueBytesMax}, allowed are 1 to {ValueBytesLargest}");
        Require(IntervalMilliseconds is >= 1 and <= 60_000, $"the interval of Durability is {IntervalMilliseconds} ms, allowed are 1 to 60000");
        Require(CheckpointBytes is null or >= 1, $"CheckpointBytes is {CheckpointBytes}, the least is 1");
        Require(PendingBytesMax >= 1 << 20, $"PendingBytesMax is {PendingBytesMax}, the least is {1 << 20}");
        Require(
            SegmentLength >= SegmentLeast && SegmentLength <= SegmentMost && SegmentLength % Log.LogFiller.SectorLength == 0,
            $"SegmentBytes is {SegmentLength}, allowed are multiples of {Log.LogFiller.SectorLength} from {SegmentLeast} to {SegmentMost}");
        Faster.DataLogSize.Of(this);
    }

    private static long RoundedUp(long bytes) => (bytes + Log.LogFiller.SectorLength - 1) / Log.LogFiller.SectorLength * Log.LogFiller.SectorLength;

    private static void Require(bool condition, string message)
    {
        if (!condition)
        {
            throw new StoreRefusal($"The store's options are not usable: {message}.");
        }
    }
}

using System.Numerics;
using KvStore.Node.Registers;
using KvStore.Node.Ring;
using KvStore.Node.Storage.Checkpoints;

namespace KvStore.Node.Storage.Faster;

/// <summary>How the memory budget is shared out. All are powers of two, because the data log needs them to be.</summary>
/// <param name="SegmentBytes">One file of the data log, the least that can be given back to the disk.</param>
/// <param name="PageBytes">Holds at least two of the largest records.</param>
/// <param name="LogBytes">The newest part of the data log, in memory; at least <see cref="PagesLeast"/> pages.</param>
/// <param name="IndexBytes">Eight bytes an entry, one entry for every few keys or one each.</param>
internal readonly record struct DataLogSize(long SegmentBytes, long PageBytes, long LogBytes, long IndexBytes)
{
    /// <summary>One being filled and one on its way to the disk.</summary>
    public const int PagesLeast = 2;

    private const long SegmentBytesLeast = 64 << 10;
    private const long SegmentBytesMost = 64 << 20;
    private const int SegmentsPerBudget = 64;
    private const int PagesUsual = 32;
    private const long PageBytesLeast = 64 << 10;
    private const long PageBytesMost = 32 << 20;

    // The data log's own: an eight-byte header, two lengths of four, padding to eight.
    private const int RecordOverhead = 24;

    public long Total => LogBytes + IndexBytes;

    public CheckpointLayout Layout => new(SegmentBytes, PageBytes, IndexBytes);

    /// <summary>What a record takes in the data log, within a few bytes; nothing if there is none.</summary>
    public static long LengthOf(in Key key, in RegisterRecord record) =>
        record.IsAbsent ? 0 : LengthOf(key, RegisterCodec.LengthOf(record));

    public static long LengthOf(in Key key, int recordLength) => RecordOverhead + key.Length + recordLength;

    /// <exception cref="StoreRefusal">When the budget cannot hold values as large as allowed.</exception>
    public static DataLogSize Of(StoreOptions options)
    {
        long recordMax = RecordOverhead + Key.LengthMax + RegisterCodec.OverheadMax + (long)options.ValueBytesMax;
        long pageLeast = Math.Max(PageBytesLeast, (long)BitOperations.RoundUpToPowerOf2((ulong)(2 * recordMax)));
        long log = PowerOfTwoUpTo(options.MemoryBytesMax / 4 * 3);
        if (log < PagesLeast * pageLeast)
        {
            throw new StoreRefusal(
                $"MemoryBytesMax is {options.MemoryBytesMax}, too little for values of {options.ValueBytesMax} bytes: "
                + $"a page of the data log holds two of them and there are at least {PagesLeast} pages, which takes {MemoryLeast(pageLeast)}. "
                + "Raise MemoryBytesMax or lower ValueBytesMax.");
        }

        long page = Math.Max(pageLeast, Math.Min(PageBytesMost, log / PagesUsual));
        long segment = Math.Clamp(PowerOfTwoUpTo(options.MemoryBytesMax / SegmentsPerBudget), SegmentBytesLeast, SegmentBytesMost);
        return new DataLogSize(segment, page, log, Math.Min(log / 2, PowerOfTwoUpTo(options.MemoryBytesMax - log)));
    }

    /// <summary>For files that were written with this layout.</summary>
    /// <exception cref="StoreRefusal">When the budget cannot hold it.</exception>
    public static DataLogSize Of(StoreOptions options, CheckpointLayout written)
    {
        DataLogSize size = Of(options);
        long page = Math.Max(size.PageBytes, written.PageBytes);
        long index = Math.Max(size.IndexBytes, written.IndexBytes);
        long log = Math.Min(Math.Max(size.LogBytes, PagesLeast * page), PowerOfTwoUpTo(options.MemoryBytesMax - index));
        if (log < PagesLeast * page)
        {
            throw new StoreRefusal(
                $"MemoryBytesMax is {options.MemoryBytesMax}, and the data in {options.Directory} was written with an index of {index} bytes and "
                + $"pages of {page}, which cannot shrink: it takes {index + (PagesLeast * page)} at least. Raise MemoryBytesMax to that.");
        }

        return new DataLogSize(written.SegmentBytes, page, log, index);
    }

    private static long MemoryLeast(long pageLeast) => (PagesLeast * pageLeast / 3 * 4) + 4;

    private static long PowerOfTwoUpTo(long bytes) => bytes < 1 ? 0 : 1L << BitOperations.Log2((ulong)bytes);
}

using System.Numerics;
using KvStore.Node.Registers;
using KvStore.Node.Ring;

namespace KvStore.Node.Storage.Faster;

/// <summary>How the memory budget is shared out. All are powers of two, because the data log needs them to be.</summary>
/// <param name="PageBytes">Holds at least two of the largest records.</param>
/// <param name="LogBytes">The newest part of the data log, in memory; at least <see cref="PagesLeast"/> pages.</param>
/// <param name="IndexBytes">Eight bytes an entry, one entry for every few keys or one each.</param>
internal readonly record struct DataLogSize(long PageBytes, long LogBytes, long IndexBytes)
{
    /// <summary>One being filled and one on its way to the disk.</summary>
    public const int PagesLeast = 2;

    private const long PageBytesLeast = 64 << 10;
    private const long PageBytesMost = 32 << 20;

    // The data log's own: an eight-byte header, two lengths of four, padding to eight.
    private const int RecordOverhead = 24;

    public long Total => LogBytes + IndexBytes;

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

        long page = Math.Max(pageLeast, Math.Min(PageBytesMost, log / 16));
        return new DataLogSize(page, log, Math.Min(log / 2, PowerOfTwoUpTo(options.MemoryBytesMax - log)));
    }

    private static long MemoryLeast(long pageLeast) => (PagesLeast * pageLeast / 3 * 4) + 4;

    private static long PowerOfTwoUpTo(long bytes) => bytes < 1 ? 0 : 1L << BitOperations.Log2((ulong)bytes);
}

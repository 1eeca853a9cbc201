using FASTER.core;
using KvStore.Node.Registers;
using KvStore.Node.Storage.Checkpoints;

namespace KvStore.Node.Storage.Faster;

/// <summary>
/// The applied records: FASTER's hash index over its hybrid log, the newest part in memory, the rest in files. It begins empty,
/// or where a checkpoint says; between two checkpoints nothing in it has to be durable, because the write-ahead log is.
/// </summary>
internal sealed class DataLog : IDisposable
{
    private readonly DataLogDevice _device;
    private readonly FasterKV<SpanByte, SpanByte> _records;

    /// <param name="directory">Of its files: empty, or those of <paramref name="from"/>.</param>
    /// <param name="from">What it begins with. Every block of it is read and checked here: see <see cref="IsDamaged"/>.</param>
    /// <exception cref="IOException">When a file of the checkpoint is missing.</exception>
    public DataLog(DiskDirectory directory, DataLogSize size, FailStop failStop, Checkpoint? from = null)
    {
        Size = size;
        DataLogFiles files = new(directory, size.SegmentBytes);
        try
        {
            Expect(files, from);
        }
        catch
        {
            files.Dispose();
            throw;
        }

        _device = new DataLogDevice(files, failStop, () => ReadEnded?.Invoke());
        FasterKVSettings<SpanByte, SpanByte> settings = new()
        {
            LogDevice = _device,
            IndexSize = size.IndexBytes,
            MemorySize = size.LogBytes,
            PageSize = size.PageBytes,
            SegmentSize = DataLogDevice.SegmentBytes,

            // A key belongs to one lane, so no two threads write one; and who reads a record that may change holds the lane.
            ConcurrencyControlMode = ConcurrencyControlMode.None,
            CheckpointManager = new RecoveryMetadata(from?.BeginAddress ?? 0, from?.TailAddress ?? 0),
        };
        _records = new FasterKV<SpanByte, SpanByte>(settings);
        if (from is not null && from.TailAddress > TailAddress)
        {
            _records.Recover(default, RecoveryMetadata.Token, undoNextVersion: false);
            Invariant.Holds(from.TailAddress <= _records.Log.ReadOnlyAddress);
        }
    }

    public DataLogSize Size { get; }

    /// <summary>Held while a record is added, by whichever session.</summary>
    /// <remarks>
    /// FASTER lets sessions add records side by side. Where one of them then cannot use the space that it took, because another was
    /// faster or its page went meanwhile, FASTER notes the space's length where the key's length stands, and may never come back
    /// to it. Whoever goes through the log takes that for a record's length and steps over live records: scans, compaction, and
    /// FASTER's own recovery. One at a time, space that was taken is used.
    /// </remarks>
    public Lock Appending { get; } = new();

    /// <summary>Called on a store's thread whenever some session's read may be complete.</summary>
    public Action? ReadEnded { get; set; }

    /// <summary>Whether the files gave back something else than was written, so that answers can no longer be relied on.</summary>
    public bool IsDamaged => _device.HasFailedRead;

    /// <summary>Whether pages wait in memory because the disk is full.</summary>
    public bool HasNoRoom => _device.HasUnwritten;

    public long BeginAddress => _records.Log.BeginAddress;

    /// <summary>Below it, records are on the disk only.</summary>
    public long HeadAddress => _records.Log.HeadAddress;

    public long TailAddress => _records.Log.TailAddress;

    public ClientSession<SpanByte, SpanByte, SpanByte, FoundRecord, PendingRead, DataLogFunctions> NewSession(
        DataLogFunctions functions) => _records.For(functions).NewSession<DataLogFunctions>();

    public ClientSession<SpanByte, SpanByte, SpanByte, long, CompactedRecord, CompactionFunctions> NewCompactionSession() =>
        _records.For(new CompactionFunctions()).NewSession<CompactionFunctions>();

    /// <summary>From here on no record below an address is replaced in place. Call while every lane is held.</summary>
    public void Freeze(long address) => _records.Log.ShiftReadOnlyAddress(address, wait: false);

    /// <summary>Waits until everything below a frozen address is written to the files, and makes it durable there. Lanes write on meanwhile.</summary>
    /// <returns>False if the files do not hold it.</returns>
    /// <exception cref="IOException">When the disk failed; what it holds is unknown.</exception>
    public bool MakeDurable(long address)
    {
        Invariant.Holds(address <= _records.Log.ReadOnlyAddress);

        // FASTER waits by spinning: let it find almost everything done.
        _device.WaitForWrites();
        _records.Log.ShiftReadOnlyAddress(address, wait: true);
        _device.Files.Sync();
        return !_device.HasUnwritten;
    }

    /// <summary>The checksums of the durable blocks between two addresses, from the beginning of the first one's block.</summary>
    public uint[] ChecksumsOf(long from, long to) => _device.Files.ChecksumsOf(BlockOf(from), BlockOf(to));

    /// <summary>What a durable address's block holds below it.</summary>
    public byte[] TailBlockOf(long address)
    {
        byte[] block = new byte[DataSegment.BlockLength];
        if (address == BlockOf(address))
        {
            return [];
        }

        _device.ReadInTurn(block, BlockOf(address));
        return block[..(int)(address - BlockOf(address))];
    }

    /// <summary>Where a region of about so many bytes from the beginning on ends: at a page's, and where no record can be replaced in place.</summary>
    public long CompactableUntil(long bytes) =>
        Math.Min(BeginAddress + bytes, _records.Log.SafeReadOnlyAddress) / Size.PageBytes * Size.PageBytes;

    /// <summary>Forgets everything below an address. Its files stay.</summary>
    public void MoveBegin(long address) => _records.Log.ShiftBeginAddress(address);

    /// <summary>Deletes the files that hold nothing at or above an address.</summary>
    public void DeleteBelow(long address) => _device.Files.DeleteBelow(address);

    /// <summary>Deletes the files that hold nothing below the tail: remains of a process that had come further.</summary>
    public void DeleteRemains() => _device.Files.DeleteFrom(TailAddress);

    /// <summary>The iterator behind <see cref="DataLogRecords"/>.</summary>
    /// <param name="isBuffered">Whether it gets memory for a page of the log. Otherwise it throws when it comes to a record that is on the disk only.</param>
    public IFasterScanIterator<SpanByte, SpanByte> Scan(long from, long until, bool isBuffered) =>
        _records.Log.Scan(from, until, isBuffered ? ScanBufferingMode.SinglePageBuffering : ScanBufferingMode.NoBuffering);

    /// <exception cref="IOException">When what was read since cannot be relied on.</exception>
    public void ThrowIfDamaged()
    {
        if (IsDamaged)
        {
            throw new IOException("The data log is damaged; the store has stopped.");
        }
    }

    /// <summary>Call when every session has been disposed of.</summary>
    public void Dispose()
    {
        _device.Dispose();
        _records.Dispose();
    }

    private static long BlockOf(long address) => address / DataSegment.BlockLength * DataSegment.BlockLength;

    private static void Expect(DataLogFiles files, Checkpoint? from)
    {
        if (from is null)
        {
            return;
        }

        files.Expect(BlockOf(from.BeginAddress), from.Checksums.Span);
        if (!from.TailBlock.IsEmpty)
        {
            byte[] block = new byte[DataSegment.BlockLength];
            from.TailBlock.CopyTo(block);
            files.Restore(block, BlockOf(from.TailAddress));
        }
    }
}

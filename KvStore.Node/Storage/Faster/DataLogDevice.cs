using System.Buffers;
using System.Collections.Concurrent;
using System.Runtime.CompilerServices;
using System.Runtime.InteropServices;
using FASTER.core;

namespace KvStore.Node.Storage.Faster;

/// <summary>
/// The files under FASTER's hybrid log. Its own devices write through to the disk, give back damaged bytes as good ones and
/// hand a lane's thread into the system; this one writes behind (the write-ahead log is what is durable), checks every block
/// that it reads and works on its own threads only: one writes, so that memory is always being freed, a few read.
/// </summary>
/// <remarks>
/// A write that fails ends the store, unless the disk is full: that is tried again after a pause. Neither may strand the lane
/// that waits for the page's memory: the page is kept here instead and read from here. That is little, since no more records
/// are admitted meanwhile, and at most <see cref="KeptBytesMax"/>; more ends the store. A read that
/// fails ends the store too. It gives zeros, which read as no records, and the store reports none of it; to FASTER it is told as
/// a success, because a scan that is told of an error leaves holding the epoch that all memory waits for.
/// <para>
/// Memory may begin in the middle of a page, where a checkpoint made it durable up to there. FASTER then reads that page while
/// its rest, and the block that both share, are being written: what does not match its checksum is read once more, between two
/// writes.
/// </para>
/// <para>
/// FASTER takes, and clears again, two sectors of memory for each record that it copies, so its sectors are smaller than blocks
/// (<see cref="SectorLength"/>). Here whole blocks are written and read: a page is in memory as a whole and made of whole blocks, so what
/// stands around a part of it is what belongs there.
/// </para>
/// </remarks>
internal sealed class DataLogDevice : StorageDeviceBase
{
    /// <summary>One segment to FASTER: <see cref="DataLogFiles"/> divides the addresses, whatever size a page is.</summary>
    public const long SegmentBytes = 1L << 47;

    /// <summary>What FASTER reads and writes parts of pages in, in bytes.</summary>
    public const int SectorLength = 1024;

    /// <summary>Bytes of pages that the disk has no room for.</summary>
    public const long KeptBytesMax = 256L << 20;

    private const int ReadersMax = 4;
    private const int CopyLength = 1 << 20;

    /// <summary>Between two tries to write what the disk had no room for.</summary>
    private static readonly TimeSpan Pause = TimeSpan.FromMilliseconds(500);

    // By address. A page may be kept a second time from a later block on; that one is the newer.
    private readonly ConcurrentDictionary<long, byte[]> _unwritten = new();

    // Their lengths are bounded by those who wait: pages of the log's memory, reads that lanes and scans have open.
    private readonly BlockingCollection<Action> _writes = [];
    private readonly BlockingCollection<Action> _reads = [];
    private readonly Thread[] _threads;
    private readonly FailStop _failStop;
    private readonly Action _readEnded;
    private readonly byte[] _copy = new byte[CopyLength];

    // Held while a block's checksum, the file and the pages kept here may disagree.
    private readonly Lock _writing = new();

    private volatile bool _hasFailedRead;

    /// <param name="files">Disposed of with the device.</param>
    /// <param name="readEnded">Called on a reading thread after each read's callback.</param>
    public DataLogDevice(DataLogFiles files, FailStop failStop, Action readEnded)
        : base("data", SectorLength, -1)
    {
        Files = files;
        _failStop = failStop;
        _readEnded = readEnded;
        _threads =
        [
            Start("kv-data-writer", RunWrites),
            .. Enumerable.Range(0, ReadersMax).Select(i => Start($"kv-data-reader-{i}", RunReads)),
        ];
    }

    public DataLogFiles Files { get; }

    /// <summary>Whether a read has failed: what was read since may be wrong.</summary>
    public bool HasFailedRead => _hasFailedRead;

    /// <summary>Whether something is kept here that the files do not hold.</summary>
    public bool HasUnwritten => !_unwritten.IsEmpty;

    public override void WriteAsync(
        nint sourceAddress, int segmentId, ulong destinationAddress, uint numBytesToWrite, DeviceIOCompletionCallback callback, object context) =>
        _writes.Add(() =>
        {
            (int before, int length) = BlocksAround(destinationAddress, numBytesToWrite);
            Write(Memory(sourceAddress - before, length), (long)destinationAddress - before);
            callback(0, numBytesToWrite, context);
        });

    public override void ReadAsync(
        int segmentId, ulong sourceAddress, nint destinationAddress, uint readLength, DeviceIOCompletionCallback callback, object context) =>
        _reads.Add(() =>
        {
            ReadPart(Memory(destinationAddress, (int)readLength), (long)sourceAddress);
            callback(0, readLength, context);
            _readEnded();
        });

    /// <summary>Returns when what was asked to be written before the call is.</summary>
    public void WaitForWrites() => BetweenWrites(static () => { });

    /// <summary>Reads what was asked to be written before the call, between two writes.</summary>
    public void ReadInTurn(Memory<byte> blocks, long address) => BetweenWrites(() => Read(blocks.Span, address));

    public override void RemoveSegmentAsync(int segment, AsyncCallback callback, IAsyncResult result) => callback(result);

    /// <summary>Ends when all that was asked for is done.</summary>
    public override void Dispose()
    {
        _writes.CompleteAdding();
        _reads.CompleteAdding();
        foreach (Thread thread in _threads)
        {
            thread.Join();
        }

        Files.Dispose();
        _writes.Dispose();
        _reads.Dispose();
    }

    /// <summary>FASTER gives an address that it keeps in place until the callback.</summary>
    private static Span<byte> Memory(nint address, int length) =>
        MemoryMarshal.CreateSpan(ref Unsafe.AddByteOffset(ref Unsafe.NullRef<byte>(), address), length);

    /// <returns>The bytes before the address in its block, and the length of all blocks that the bytes lie in.</returns>
    private static (int Before, int Length) BlocksAround(ulong address, uint length)
    {
        int before = (int)(address % DataSegment.BlockLength);
        return (before, (before + (int)length + DataSegment.BlockLength - 1) / DataSegment.BlockLength * DataSegment.BlockLength);
    }

    private static Thread Start(string name, ThreadStart run)
    {
        Thread thread = new(run)
        {
            Name = name,
            IsBackground = true,
        };
        thread.Start();
        return thread;
    }

    private void BetweenWrites(Action action)
    {
        using ManualResetEventSlim done = new();
        _writes.Add(() =>
        {
            action();
            done.Set();
        });
        done.Wait();
    }

    private void RunReads()
    {
        foreach (Action request in _reads.GetConsumingEnumerable())
        {
            request();
        }
    }

    private void RunWrites()
    {
        while (!_writes.IsCompleted)
        {
            if (_writes.TryTake(out Action? request, _unwritten.IsEmpty ? Timeout.InfiniteTimeSpan : Pause))
            {
                request();
            }
            else
            {
                WriteKept();
            }
        }
    }

    /// <summary>In order of their addresses, so that of a block kept twice the newer stays.</summary>
    private void WriteKept()
    {
        foreach ((long address, byte[] bytes) in _unwritten.OrderBy(kept => kept.Key))
        {
            lock (_writing)
            {
                if (_failStop.First is not null || !TryWrite(bytes, address))
                {
                    return;
                }

                _unwritten.TryRemove(address, out _);
            }
        }

        _failStop.Room.Data = null;
    }

    /// <summary>Copies first: a record's header may still change while the page is written, and the checksum must be of what is.</summary>
    private void Write(ReadOnlySpan<byte> source, long address)
    {
        lock (_writing)
        {
            // Behind one that is kept, so that none overtakes another.
            if (_failStop.First is not null || !_unwritten.IsEmpty || !TryWrite(source, address))
            {
                _unwritten[address] = source.ToArray();
                if (_unwritten.Values.Sum(bytes => (long)bytes.Length) > KeptBytesMax)
                {
                    _failStop.Raise(new StoreFailure(true, $"{Files.PathOf(address)}: the disk is full, and {KeptBytesMax >> 20} MiB wait in memory for room."));
                }
            }
        }
    }

    private bool TryWrite(ReadOnlySpan<byte> source, long address)
    {
        try
        {
            for (int at = 0; at < source.Length; at += CopyLength)
            {
                Span<byte> copy = _copy.AsSpan(0, Math.Min(CopyLength, source.Length - at));
                source.Slice(at, copy.Length).CopyTo(copy);
                Files.Write(copy, address + at);
            }

            StoreMetrics.WroteDataLog(source.Length);
            return true;
        }
        catch (Exception exception) when (DiskError.IsDiskFull(exception))
        {
            _failStop.Room.Data = new StoreFailure(true, $"{Files.PathOf(address)}: {exception.Message}");
            return false;
        }
        catch (Exception exception) when (DiskError.Is(exception))
        {
            _failStop.Raise(Files.PathOf(address), exception);
            return false;
        }
    }

    private void ReadPart(Span<byte> destination, long address)
    {
        (int before, int length) = BlocksAround((ulong)address, (uint)destination.Length);
        if (length == destination.Length)
        {
            Read(destination, address);
            return;
        }

        byte[] blocks = ArrayPool<byte>.Shared.Rent(length);
        Read(blocks.AsSpan(0, length), address - before);
        blocks.AsSpan(before, destination.Length).CopyTo(destination);
        ArrayPool<byte>.Shared.Return(blocks);
    }

    /// <param name="destination">Whole blocks.</param>
    private void Read(Span<byte> destination, long address)
    {
        StoreMetrics.ReadFromDisk();
        try
        {
            ReadMatching(destination, address);
        }
        catch (Exception exception) when (DiskError.Is(exception))
        {
            _hasFailedRead = true;
            destination.Clear();
            _failStop.Raise(Files.PathOf(address), exception);
        }
    }

    private void ReadMatching(Span<byte> destination, long address)
    {
        try
        {
            ReadBlocks(destination, address);
        }
        catch (BlockMismatchException)
        {
            lock (_writing)
            {
                ReadBlocks(destination, address);
            }
        }
    }

    private void ReadBlocks(Span<byte> destination, long address)
    {
        if (_unwritten.IsEmpty)
        {
            Files.Read(destination, address);
            return;
        }

        for (int at = 0; at < destination.Length; at += DataSegment.BlockLength)
        {
            Span<byte> block = destination.Slice(at, DataSegment.BlockLength);
            if (!TryReadKept(block, address + at))
            {
                Files.Read(block, address + at);
            }
        }
    }

    private bool TryReadKept(Span<byte> block, long address)
    {
        long newest = -1;
        foreach ((long start, byte[] bytes) in _unwritten)
        {
            if (start > newest && address >= start && address + block.Length <= start + bytes.Length)
            {
                newest = start;
                bytes.AsSpan((int)(address - start), block.Length).CopyTo(block);
            }
        }

        return newest >= 0;
    }
}

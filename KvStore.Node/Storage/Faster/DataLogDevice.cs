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
/// A write that fails ends the store, but must not strand the lane that waits for the page's memory: the page is kept here
/// instead and read from here. That is little, since nothing more becomes durable and so nothing more is applied. A read that
/// fails ends the store too. It gives zeros, which read as no records, and the store reports none of it; to FASTER it is told as
/// a success, because a scan that is told of an error leaves holding the epoch that all memory waits for.
/// </remarks>
internal sealed class DataLogDevice : StorageDeviceBase
{
    /// <summary>One segment to FASTER: <see cref="DataLogFiles"/> divides the addresses, whatever size a page is.</summary>
    public const long SegmentBytes = 1L << 47;

    private const int ReadersMax = 4;
    private const int CopyLength = 1 << 20;

    private readonly ConcurrentDictionary<long, byte[]> _unwritten = new();

    // Their lengths are bounded by those who wait: pages of the log's memory, reads that lanes and scans have open.
    private readonly BlockingCollection<Action> _writes = [];
    private readonly BlockingCollection<Action> _reads = [];
    private readonly Thread[] _threads;
    private readonly FailStop _failStop;
    private readonly Action _readEnded;
    private readonly byte[] _copy = new byte[CopyLength];

    private volatile bool _hasFailedRead;

    /// <param name="files">Disposed of with the device.</param>
    /// <param name="readEnded">Called on a reading thread after each read's callback.</param>
    public DataLogDevice(DataLogFiles files, FailStop failStop, Action readEnded)
        : base("data", DataSegment.BlockLength, -1)
    {
        Files = files;
        _failStop = failStop;
        _readEnded = readEnded;
        _threads =
        [
            Start("kv-data-writer", _writes),
            .. Enumerable.Range(0, ReadersMax).Select(i => Start($"kv-data-reader-{i}", _reads)),
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
            Write(Memory(sourceAddress, numBytesToWrite), (long)destinationAddress);
            callback(0, numBytesToWrite, context);
        });

    public override void ReadAsync(
        int segmentId, ulong sourceAddress, nint destinationAddress, uint readLength, DeviceIOCompletionCallback callback, object context) =>
        _reads.Add(() =>
        {
            Read(Memory(destinationAddress, readLength), (long)sourceAddress);
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
    private static Span<byte> Memory(nint address, uint length) =>
        MemoryMarshal.CreateSpan(ref Unsafe.AddByteOffset(ref Unsafe.NullRef<byte>(), address), (int)length);

    private static Thread Start(string name, BlockingCollection<Action> requests)
    {
        Thread thread = new(() =>
        {
            foreach (Action request in requests.GetConsumingEnumerable())
            {
                request();
            }
        })
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

    /// <summary>Copies first: a record's header may still change while the page is written, and the checksum must be of what is.</summary>
    private void Write(ReadOnlySpan<byte> source, long address)
    {
        if (_failStop.First is not null)
        {
            _unwritten[address] = source.ToArray();
            return;
        }

        try
        {
            for (int at = 0; at < source.Length; at += CopyLength)
            {
                Span<byte> copy = _copy.AsSpan(0, Math.Min(CopyLength, source.Length - at));
                source.Slice(at, copy.Length).CopyTo(copy);
                Files.Write(copy, address + at);
            }

            StoreMetrics.WroteDataLog(source.Length);
        }
        catch (Exception exception) when (DiskError.Is(exception))
        {
            _unwritten[address] = source.ToArray();
            _failStop.Raise(Files.PathOf(address), exception);
        }
    }

    private void Read(Span<byte> destination, long address)
    {
        StoreMetrics.ReadFromDisk();
        if (!_unwritten.IsEmpty && TryReadKept(destination, address))
        {
            return;
        }

        try
        {
            Files.Read(destination, address);
        }
        catch (Exception exception) when (DiskError.Is(exception))
        {
            _hasFailedRead = true;
            destination.Clear();
            _failStop.Raise(Files.PathOf(address), exception);
        }
    }

    private bool TryReadKept(Span<byte> destination, long address)
    {
        foreach ((long start, byte[] bytes) in _unwritten)
        {
            if (address >= start && address + destination.Length <= start + bytes.Length)
            {
                bytes.AsSpan((int)(address - start), destination.Length).CopyTo(destination);
                return true;
            }
        }

        return false;
    }
}

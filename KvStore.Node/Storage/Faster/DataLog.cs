using FASTER.core;

namespace KvStore.Node.Storage.Faster;

/// <summary>
/// The applied records: FASTER's hash index over its hybrid log, the newest part in memory, the rest in files. It is rebuilt
/// from the write-ahead log whenever the store is opened, so nothing here has to be durable.
/// </summary>
internal sealed class DataLog : IDisposable
{
    private const long SegmentBytesLeast = 64 << 20;

    private readonly DataLogDevice _device;
    private readonly FasterKV<SpanByte, SpanByte> _records;

    /// <param name="directory">Empty.</param>
    public DataLog(DiskDirectory directory, DataLogSize size, FailStop failStop)
    {
        Size = size;
        _device = new DataLogDevice(directory, "data", failStop, () => ReadEnded?.Invoke());
        FasterKVSettings<SpanByte, SpanByte> settings = new()
        {
            LogDevice = _device,
            IndexSize = size.IndexBytes,
            MemorySize = size.LogBytes,
            PageSize = size.PageBytes,
            SegmentSize = Math.Max(SegmentBytesLeast, size.PageBytes),

            // A key belongs to one lane, so no two threads write one; and records never change, so no reader needs a lock.
            ConcurrencyControlMode = ConcurrencyControlMode.None,

            // Nothing is checkpointed, and where it would be must not be this process's working directory.
            CheckpointDir = directory.Path,
        };
        _records = new FasterKV<SpanByte, SpanByte>(settings);
    }

    public DataLogSize Size { get; }

    /// <summary>Called on a store's thread whenever some session's read may be complete.</summary>
    public Action? ReadEnded { get; set; }

    /// <summary>Whether the files gave back something else than was written, so that answers can no longer be relied on.</summary>
    public bool IsDamaged => _device.HasFailedRead;

    public long TailAddress => _records.Log.TailAddress;

    public ClientSession<SpanByte, SpanByte, SpanByte, Registers.RegisterRecord, PendingRead, DataLogFunctions> NewSession(
        DataLogFunctions functions) => _records.For(functions).NewSession<DataLogFunctions>();

    /// <summary>Every record version up to an address, in the order they were written.</summary>
    public IFasterScanIterator<SpanByte, SpanByte> Scan(long until) =>
        _records.Log.Scan(_records.Log.BeginAddress, until, ScanBufferingMode.SinglePageBuffering);

    /// <summary>Call when every session has been disposed of.</summary>
    public void Dispose()
    {
        _device.Dispose();
        _records.Dispose();
    }
}

using FASTER.core;
using KvStore.Node.Registers;
using KvStore.Node.Ring;

namespace KvStore.Node.Storage.Faster;

/// <summary>
/// A FASTER session and the pinned memory that keys and records pass through. Used by one thread at a time, not always the
/// same one.
/// </summary>
internal sealed class DataLogSession : IDisposable
{
    private const int RecordLengthLeast = 1024;

    private readonly ClientSession<SpanByte, SpanByte, SpanByte, FoundRecord, PendingRead, DataLogFunctions> _session;
    private readonly Lock _appending;
    private readonly byte[] _key = GC.AllocateUninitializedArray<byte>(Key.LengthMax, pinned: true);

    private byte[] _viewed = GC.AllocateUninitializedArray<byte>(RecordLengthLeast);
    private byte[] _record = GC.AllocateUninitializedArray<byte>(RecordLengthLeast, pinned: true);

    /// <param name="completed">Called inside <see cref="CompleteReads"/> for each read that went to the disk.</param>
    public DataLogSession(DataLog log, Action<PendingRead, RegisterRecord> completed)
    {
        _session = log.NewSession(new DataLogFunctions(completed));
        _appending = log.Appending;
    }

    /// <returns>False when the record is on disk: <paramref name="pending"/> is completed later.</returns>
    public bool TryRead(ReadOnlySpan<byte> key, PendingRead pending, out RegisterRecord record)
    {
        SpanByte keyBytes = Pinned(key);
        SpanByte input = default;
        FoundRecord output = default;
        Status status = _session.Read(ref keyBytes, ref input, ref output, pending);
        pending.Address = output.Address;
        record = status.Found ? output.Decode() : RegisterRecord.Absent;
        return !status.IsPending;
    }

    /// <param name="view">Good until the next call.</param>
    /// <returns>As of <see cref="TryRead"/>.</returns>
    public bool TryView(ReadOnlySpan<byte> key, PendingRead pending, out RegisterView view)
    {
        SpanByte keyBytes = Pinned(key);
        SpanByte input = default;
        FoundRecord output = new() { Room = _viewed };
        Status status = _session.Read(ref keyBytes, ref input, ref output, pending);
        view = default;
        if (status.IsPending)
        {
            _viewed = GC.AllocateUninitializedArray<byte>(RecordLengthLeast); // the read has taken the other with it
            return false;
        }

        _viewed = output.Room!;
        Invariant.Holds(!status.Found || RegisterCodec.TryView(output.Encoded.Span, out view));
        return true;
    }

    public void Write(ReadOnlySpan<byte> key, in RegisterRecord record)
    {
        int length = RegisterCodec.LengthOf(record);
        if (_record.Length < length)
        {
            _record = GC.AllocateUninitializedArray<byte>(Math.Max(length, 2 * _record.Length), pinned: true);
        }

        RegisterCodec.Write(record, _record);
        Write(key, _record.AsMemory(0, length));
    }

    /// <param name="encoded">In pinned memory.</param>
    public void Write(ReadOnlySpan<byte> key, Memory<byte> encoded)
    {
        SpanByte keyBytes = Pinned(key);
        SpanByte recordBytes = SpanByte.FromPinnedMemory(encoded);
        lock (_appending)
        {
            Status status = _session.Upsert(ref keyBytes, ref recordBytes);
            Invariant.Holds(!status.IsPending && !status.IsFaulted);
        }
    }

    public void Delete(ReadOnlySpan<byte> key)
    {
        SpanByte keyBytes = Pinned(key);
        lock (_appending)
        {
            Status status = _session.Delete(ref keyBytes);
            Invariant.Holds(!status.IsPending && !status.IsFaulted);
        }
    }

    /// <param name="wait">Whether to wait until no read is under way.</param>
    public void CompleteReads(bool wait) => _session.CompletePending(wait);

    public void Dispose() => _session.Dispose();

    private SpanByte Pinned(ReadOnlySpan<byte> key)
    {
        key.CopyTo(_key);
        return SpanByte.FromFixedSpan(_key.AsSpan(0, key.Length));
    }
}

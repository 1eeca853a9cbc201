using KvStore.Node.Registers;
using KvStore.Node.Ring;
using KvStore.Node.Storage.Log;

namespace KvStore.Node.Storage.Faster;

/// <summary>
/// Puts the write-ahead log's records, purges and removals back into the data log and counts them. Counting needs the record that each
/// one replaces, which may be on disk; so they are taken together and those reads are made at once.
/// </summary>
internal sealed class ReplayWindow : IDisposable
{
    private const int EntriesMax = 256;
    private const int BytesLeast = 1 << 20;

    private readonly DataLogSession _session;
    private readonly StoreCounts _counts;
    private readonly HashSet<Key> _keys = [];
    private readonly List<Waiting> _window = [];

    private byte[] _bytes = GC.AllocateUninitializedArray<byte>(BytesLeast, pinned: true);
    private int _used;

    /// <param name="liveBytes">What <see cref="LiveBytes"/> goes on from.</param>
    public ReplayWindow(DataLog log, StoreCounts counts, long liveBytes)
    {
        LiveBytes = liveBytes;
        _session = new DataLogSession(log, static (read, record) => read.Complete(record));
        _counts = counts;
    }

    /// <summary>Bytes of the data log that are the latest record of their key.</summary>
    public long LiveBytes { get; private set; }

    /// <param name="entry">Copied.</param>
    public void Add(ReplayedEntry entry)
    {
        Key key = new(entry.Key.ToArray());
        Memory<byte> encoded = entry.Encoded;
        if (_window.Count == EntriesMax || _used + encoded.Length > _bytes.Length || _keys.Contains(key))
        {
            Flush();
        }

        if (_bytes.Length < encoded.Length)
        {
            _bytes = GC.AllocateUninitializedArray<byte>(encoded.Length, pinned: true);
        }

        encoded.CopyTo(_bytes.AsMemory(_used));
        _keys.Add(key);
        _window.Add(new Waiting(key, _used, encoded.Length, RecordWeight.Of(key, entry.Record), entry.Purged, entry.RaisesFloor, new PendingRead()));
        _used += encoded.Length;
    }

    public void Flush()
    {
        foreach (Waiting entry in _window)
        {
            if (_session.TryRead(entry.Key.Span, entry.Previous, out RegisterRecord record))
            {
                entry.Previous.Complete(record);
            }
        }

        _session.CompleteReads(wait: true);
        foreach (Waiting entry in _window)
        {
            Replay(entry);
        }

        _window.Clear();
        _keys.Clear();
        _used = 0;
    }

    public void Dispose() => _session.Dispose();

    private void Replay(in Waiting entry)
    {
        Invariant.Holds(entry.Previous.IsDone);
        RegisterRecord previous = entry.Previous.Record;
        if (entry.Weight.Kind is not null)
        {
            _counts.Replace(entry.Key.Slot, RecordWeight.Of(entry.Key, previous), entry.Weight);
            LiveBytes += DataLogSize.LengthOf(entry.Key, entry.Length) - DataLogSize.LengthOf(entry.Key, previous);
            _session.Write(entry.Key.Span, _bytes.AsMemory(entry.Offset, entry.Length));
            return;
        }

        // The data may be ahead of the log that is replayed, and hold what was written after the purge; and after a removal even
        // something lower, which the log then brings again.
        if (!previous.IsAbsent && previous.Ballot <= entry.Purged)
        {
            LiveBytes -= DataLogSize.LengthOf(entry.Key, previous);
            _counts.Replace(entry.Key, previous, RegisterRecord.Absent);
            _session.Delete(entry.Key.Span);
        }

        if (entry.RaisesFloor)
        {
            _counts.RaiseFloor(entry.Key.Slot, entry.Purged);
        }
    }

    private readonly record struct Waiting(Key Key, int Offset, int Length, RecordWeight Weight, Ballot Purged, bool RaisesFloor, PendingRead Previous);
}

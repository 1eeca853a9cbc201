using KvStore.Node.Registers;
using KvStore.Node.Ring;

namespace KvStore.Node.Storage.Faster;

/// <summary>
/// Puts the write-ahead log's records back into the data log and counts them. Counting needs the record that each one replaces,
/// which may be on disk; so records are taken together and those reads are made at once.
/// </summary>
internal sealed class ReplayWindow : IDisposable
{
    private const int RecordsMax = 256;
    private const int BytesLeast = 1 << 20;

    private readonly DataLogSession _session;
    private readonly StoreCounts _counts;
    private readonly HashSet<Key> _keys = [];
    private readonly List<(Key Key, int Offset, int Length, SlotCounts Weight, PendingRead Previous)> _window = [];

    private byte[] _bytes = GC.AllocateUninitializedArray<byte>(BytesLeast, pinned: true);
    private int _used;

    public ReplayWindow(DataLog log, StoreCounts counts)
    {
        _session = new DataLogSession(log, static (read, record) => read.Complete(record));
        _counts = counts;
    }

    /// <param name="encoded">Copied, like <paramref name="keyBytes"/>.</param>
    public void Add(Memory<byte> keyBytes, Memory<byte> encoded, RegisterRecord record)
    {
        Key key = new(keyBytes.ToArray());
        if (_window.Count == RecordsMax || _used + encoded.Length > _bytes.Length || _keys.Contains(key))
        {
            Flush();
        }

        if (_bytes.Length < encoded.Length)
        {
            _bytes = GC.AllocateUninitializedArray<byte>(encoded.Length, pinned: true);
        }

        encoded.CopyTo(_bytes.AsMemory(_used));
        _keys.Add(key);
        _window.Add((key, _used, encoded.Length, StoreCounts.WeightOf(key, record), new PendingRead()));
        _used += encoded.Length;
    }

    public void Flush()
    {
        foreach ((Key key, _, _, _, PendingRead previous) in _window)
        {
            if (_session.TryRead(key.Span, previous, out RegisterRecord record))
            {
                previous.Complete(record);
            }
        }

        _session.CompleteReads(wait: true);
        foreach ((Key key, int offset, int length, SlotCounts weight, PendingRead previous) in _window)
        {
            Invariant.Holds(previous.IsDone);
            _counts.Replace(key.Slot, StoreCounts.WeightOf(key, previous.Record), weight);
            _session.Write(key.Span, _bytes.AsMemory(offset, length));
        }

        _window.Clear();
        _keys.Clear();
        _used = 0;
    }

    public void Dispose() => _session.Dispose();
}

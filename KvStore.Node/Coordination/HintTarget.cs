using KvStore.Node.Ring;

namespace KvStore.Node.Coordination;

/// <summary>One lane's hints for one replica, of each key the latest, sent in turn.</summary>
internal sealed class HintTarget(MemberId member)
{
    private readonly Dictionary<Key, LinkedListNode<Hint>> _byKey = [];
    private readonly LinkedList<Hint> _turn = new();

    public MemberId Member => member;

    public int Count => _byKey.Count;

    public long Bytes { get; private set; }

    /// <summary>Nothing is sent before, in the lane's milliseconds.</summary>
    public long PausedUntil { get; set; }

    public IEnumerable<Hint> All => _turn;

    public HintStatus Status => new(member, Count, Bytes, _turn.Min(hint => hint.Made));

    public Hint? Find(in Key key) => _byKey.TryGetValue(key, out LinkedListNode<Hint>? node) ? node.Value : null;

    public bool HasRoomFor(Hint hint, int countMax, long bytesMax)
    {
        Hint? replaced = Find(hint.Key);
        return Bytes - (replaced?.Bytes ?? 0) + hint.Bytes <= bytesMax && (replaced is not null || Count < countMax);
    }

    public void Put(Hint hint)
    {
        if (Find(hint.Key) is { } replaced)
        {
            Remove(replaced);
        }

        _byKey.Add(hint.Key, _turn.AddLast(hint));
        Bytes += hint.Bytes;
    }

    public void Remove(Hint hint)
    {
        if (_byKey.TryGetValue(hint.Key, out LinkedListNode<Hint>? node) && node.Value == hint)
        {
            _byKey.Remove(hint.Key);
            _turn.Remove(node);
            Bytes -= hint.Bytes;
        }
    }

    /// <summary>The one that waited longest, which then waits again; null if all are under way.</summary>
    public Hint? NextToSend()
    {
        LinkedListNode<Hint>? first = _turn.First;
        if (first is null || first.Value.IsUnderway)
        {
            return null;
        }

        _turn.Remove(first);
        _turn.AddLast(first);
        return first.Value;
    }
}

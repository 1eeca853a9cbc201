using System.Collections.Concurrent;
using KvStore.Node.Ring;

namespace KvStore.Node.Storage;

/// <summary>The keys wanted whose records moved while one scan or pass is under way, each once. Any thread adds.</summary>
internal sealed class MovedKeys(Func<Slot, bool>? slots)
{
    private readonly ConcurrentDictionary<Key, bool> _keys = new();
    private int _count;

    public int Count => Volatile.Read(ref _count);

    /// <summary>Those so far; what is added meanwhile may be among them.</summary>
    public Key[] ToArray() => [.. _keys.Select(entry => entry.Key)];

    public bool Contains(in Key key) => _keys.ContainsKey(key);

    public void Add(in Key key)
    {
        if ((slots is null || slots(key.Slot)) && _keys.TryAdd(key, true))
        {
            Interlocked.Increment(ref _count);
        }
    }
}

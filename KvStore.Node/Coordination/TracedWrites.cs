using System.Diagnostics;
using KvStore.Node.Registers;
using KvStore.Node.Ring;

namespace KvStore.Node.Coordination;

/// <summary>
/// Which span wrote a record, of traced writes that this lane coordinated or accepted lately: what is taught to another
/// replica long afterwards is linked to it. Knows nothing of writes that were not traced.
/// </summary>
internal sealed class TracedWrites
{
    /// <summary>Keys remembered, at most; the one that came first goes, and what is taught of it has no link.</summary>
    public const int KeysMax = 1_024;

    private readonly Dictionary<Key, (Ballot Ballot, ActivityContext Write)> _byKey = [];
    private readonly Queue<Key> _byAge = new();

    public int Count => _byKey.Count;

    public void Remember(in Key key, Ballot ballot, ActivityContext write)
    {
        if ((write.TraceFlags & ActivityTraceFlags.Recorded) == 0)
        {
            return;
        }

        if (!_byKey.ContainsKey(key))
        {
            if (_byAge.Count == KeysMax)
            {
                _byKey.Remove(_byAge.Dequeue());
            }

            _byAge.Enqueue(key);
        }

        _byKey[key] = (ballot, write);
    }

    /// <returns>Default where it is not known.</returns>
    public ActivityContext Find(in Key key, Ballot ballot) =>
        _byKey.TryGetValue(key, out (Ballot Ballot, ActivityContext Write) known) && known.Ballot == ballot ? known.Write : default;
}

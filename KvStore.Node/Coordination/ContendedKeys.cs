using KvStore.Node.Ring;

namespace KvStore.Node.Coordination;

/// <summary>
/// Keys of one lane for which this member lately met another's ballots: there members would duel, so their writes go to one.
/// Only a hint, so it may be forgotten at any time.
/// </summary>
/// <param name="entriesMax">Keys, at most; beyond it all are forgotten.</param>
internal sealed class ContendedKeys(int entriesMax = ContendedKeys.EntriesMax)
{
    public const int EntriesMax = 4_096;

    /// <summary>How long after the last conflict a key counts as contended.</summary>
    public const int Milliseconds = 2_000;

    private readonly Dictionary<Key, long> _until = [];

    public int Count => _until.Count;

    /// <param name="now">Lane milliseconds.</param>
    public void Mark(in Key key, long now)
    {
        if (_until.Count >= entriesMax && !_until.ContainsKey(key))
        {
            _until.Clear();
        }

        _until[key] = now + Milliseconds;
    }

    public bool Contains(in Key key, long now)
    {
        if (!_until.TryGetValue(key, out long until))
        {
            return false;
        }

        if (until <= now)
        {
            _until.Remove(key);
        }

        return until > now;
    }
}

using KvStore.Node.Ring;

namespace KvStore.Node.Coordination;

/// <summary>
/// Keys of one lane for which this member lately met another's ballots: there members would duel, so what is done to them goes to one.
/// When a key's time is over this member tries it by itself, which takes the other's promises away if that one is still at it; so
/// each time it is met again at once, it is left alone for twice as long.
/// Only a hint, so it may be forgotten at any time.
/// </summary>
/// <param name="entriesMax">Keys, at most; beyond it all are forgotten.</param>
internal sealed class ContendedKeys(int entriesMax = ContendedKeys.EntriesMax)
{
    public const int EntriesMax = 4_096;

    /// <summary>How long after the last conflict a key counts as contended, the first time.</summary>
    public const int Milliseconds = 2_000;

    /// <summary>And after many times, at most.</summary>
    public const int MillisecondsMax = 32_000;

    private readonly Dictionary<Key, (long Until, int Time)> _contended = [];

    public int Count => _contended.Count;

    /// <param name="now">Lane milliseconds.</param>
    public void Mark(in Key key, long now)
    {
        bool isKnown = _contended.TryGetValue(key, out (long Until, int Time) entry);
        if (!isKnown && _contended.Count >= entriesMax)
        {
            _contended.Clear();
        }

        int time = !isKnown || IsForgotten(entry, now) ? Milliseconds
            : entry.Until > now ? entry.Time
            : Math.Min(2 * entry.Time, MillisecondsMax);
        _contended[key] = (now + time, time);
    }

    public bool Contains(in Key key, long now)
    {
        if (!_contended.TryGetValue(key, out (long Until, int Time) entry))
        {
            return false;
        }

        if (IsForgotten(entry, now))
        {
            _contended.Remove(key);
        }

        return entry.Until > now;
    }

    /// <summary>Nobody was met for as long again after the key's time was over.</summary>
    private static bool IsForgotten((long Until, int Time) entry, long now) => now - entry.Until >= entry.Time;
}

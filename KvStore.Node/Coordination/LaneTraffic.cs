using KvStore.Node.Ring;

namespace KvStore.Node.Coordination;

/// <summary>
/// What clients ask of one lane's slots through this member: reads and writes by slot since start, and the keys asked for most
/// of late. Only the lane's thread of the moment touches it; others send a <see cref="TrafficInquiry"/>.
/// </summary>
/// <param name="lane">Its slots are those whose number, modulo <paramref name="lanes"/>, it is.</param>
internal sealed class LaneTraffic(int lane, int lanes)
{
    /// <summary>The keys told of are those of a window that is full and of one that is filling; older ones are forgotten.</summary>
    public const int WindowMilliseconds = 5_000;

    /// <summary>Keys told of, at most.</summary>
    public const int HottestMax = 16;

    private readonly long[] _reads = new long[((Slot.Count - 1) / lanes) + 1];
    private readonly long[] _writes = new long[((Slot.Count - 1) / lanes) + 1];
    private KeyFrequencies _full = new();
    private KeyFrequencies _filling = new();
    private long _fullSince;
    private long _fillingSince;

    public bool IsOfLane(Slot slot) => slot.Number % lanes == lane;

    /// <param name="now">Milliseconds of the lane.</param>
    public void Count(in Key key, bool isRead, long now)
    {
        (isRead ? _reads : _writes)[key.Slot.Number / lanes]++;
        if (now - _fillingSince >= WindowMilliseconds)
        {
            Turn(now);
        }

        _filling.Add(key);
    }

    public LaneTrafficReport Report(long now)
    {
        Turn(now);
        Dictionary<Key, KeyFrequency> both = _full.All().ToDictionary(met => met.Key);
        foreach (KeyFrequency met in _filling.All())
        {
            KeyFrequency before = both.GetValueOrDefault(met.Key);
            both[met.Key] = new KeyFrequency(met.Key, before.Most + met.Most, before.Least + met.Least);
        }

        return new LaneTrafficReport(
            lane,
            lanes,
            [.. _reads],
            [.. _writes],
            [.. both.Values.OrderByDescending(met => met.Least).ThenByDescending(met => met.Most).ThenBy(met => met.Key, KeyOrder.Instance).Take(HottestMax)],
            TimeSpan.FromMilliseconds(now - _fullSince));
    }

    private void Turn(long now)
    {
        long age = now - _fillingSince;
        if (age < WindowMilliseconds)
        {
            return;
        }

        (_full, _filling) = (_filling, _full);
        _filling.Clear();
        _fullSince = _fillingSince;
        _fillingSince = now;
        if (age >= 2 * WindowMilliseconds)
        {
            // Nothing for a whole window: what it was filled with is long ago.
            _full.Clear();
            _fullSince = now;
        }
    }
}

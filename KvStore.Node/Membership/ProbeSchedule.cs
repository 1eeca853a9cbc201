using KvStore.Node.Ring;

namespace KvStore.Node.Membership;

/// <summary>
/// Whom to probe next: all others in a random order, then all again in another. So each is probed once a round, two probes of
/// one are at most 2 · (others) - 1 apart, and load and time to notice do not depend on luck.
/// </summary>
internal sealed class ProbeSchedule(Random random)
{
    private readonly List<MemberId> _order = [];
    private int _next;

    /// <summary>A new member gets a random place in what is left of the round, or, with the same chance, in the next.</summary>
    public void Add(MemberId member)
    {
        int at = random.Next(_order.Count + 1);
        _order.Insert(at, member);
        if (at < _next)
        {
            _next++;
        }
    }

    public void Remove(MemberId member)
    {
        int at = _order.IndexOf(member);
        if (at < 0)
        {
            return;
        }

        _order.RemoveAt(at);
        if (at < _next)
        {
            _next--;
        }
    }

    /// <returns>Null while there is nobody else.</returns>
    public MemberId? Next()
    {
        if (_order.Count == 0)
        {
            return null;
        }

        if (_next >= _order.Count)
        {
            _next = 0;
            for (int i = _order.Count - 1; i > 0; i--)
            {
                int j = random.Next(i + 1);
                (_order[i], _order[j]) = (_order[j], _order[i]);
            }
        }

        return _order[_next++];
    }
}

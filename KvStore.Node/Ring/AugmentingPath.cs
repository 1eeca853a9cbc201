namespace KvStore.Node.Ring;

/// <summary>
/// Finds room for a slot when every member it may take is at its bound: a shortest chain in which one slot after the other
/// hands a member's place to the next one, ending at a member with room (the augmenting path of bipartite matching).
/// The walk seldom needs it; it is what makes "always finds its owners" true instead of likely.
/// </summary>
internal sealed class AugmentingPath
{
    /// <summary>Marks a place that nobody holds yet.</summary>
    public const ushort Nobody = ushort.MaxValue;

    private readonly ushort[] _places;
    private readonly int _placesPerSlot;
    private readonly int[] _loads;
    private readonly int[] _bounds;
    private readonly Func<int, int, int, bool> _allows;
    private readonly int[] _tried;
    private readonly bool[] _closed;
    private readonly bool[] _reached;
    private readonly (int Slot, int Previous)[] _cameBy;
    private readonly Queue<int> _frontier = new();

    /// <param name="places">Members by slot, <paramref name="placesPerSlot"/> each.</param>
    /// <param name="loads">Places held by each member.</param>
    /// <param name="bounds">How many each may hold.</param>
    /// <param name="allows">(slot, member that leaves or <see cref="Nobody"/>, member that joins): may the slot do that?</param>
    public AugmentingPath(ushort[] places, int placesPerSlot, int[] loads, int[] bounds, Func<int, int, int, bool> allows)
    {
        _places = places;
        _placesPerSlot = placesPerSlot;
        _loads = loads;
        _bounds = bounds;
        _allows = allows;
        _tried = new int[loads.Length];
        _closed = new bool[loads.Length];
        _reached = new bool[loads.Length];
        _cameBy = new (int, int)[loads.Length];
    }

    /// <summary>The member the slot can now take, after others have made room; null if no chain leads to room.</summary>
    public ushort? MakeRoomFor(int slot)
    {
        _frontier.Clear();
        Array.Clear(_reached);
        for (var member = 0; member < _loads.Length; member++)
        {
            if (!_closed[member] && _allows(slot, Nobody, member))
            {
                if (HasRoom(member) || SwapOut(member))
                {
                    return (ushort)member;
                }

                Reach(member, slot, Nobody);
            }
        }

        while (_frontier.TryDequeue(out var member))
        {
            var end = Spread(member);
            if (end != Nobody)
            {
                return HandOver(end);
            }
        }

        // Nothing that was reached leads to room, and no later chain can change that: do not search there again.
        for (var member = 0; member < _reached.Length; member++)
        {
            _closed[member] |= _reached[member];
        }

        return null;
    }

    // The chain of one: some slot can swap this member for one with room. Places that could not are not tried again, since
    // room only shrinks; should one have changed meanwhile, the search for longer chains still finds it.
    private bool SwapOut(int member)
    {
        for (; _tried[member] < _places.Length; _tried[member]++)
        {
            var place = _tried[member];
            if (_places[place] != member)
            {
                continue;
            }

            for (var next = 0; next < _loads.Length; next++)
            {
                if (HasRoom(next) && _allows(place / _placesPerSlot, member, next))
                {
                    Swap(place, next);
                    return true;
                }
            }
        }

        return false;
    }

    // Looks at every slot that could give this member up for another one; answers a member with room as soon as one is met.
    private ushort Spread(int member)
    {
        for (var place = 0; place < _places.Length; place++)
        {
            if (_places[place] != member)
            {
                continue;
            }

            var slot = place / _placesPerSlot;
            for (var next = 0; next < _loads.Length; next++)
            {
                if (_reached[next] || _closed[next] || !_allows(slot, member, next) || IsOnChain(slot, member))
                {
                    continue;
                }

                Reach(next, slot, member);
                if (HasRoom(next))
                {
                    return (ushort)next;
                }
            }
        }

        return Nobody;
    }

    private bool HasRoom(int member) => _loads[member] < _bounds[member];

    private void Reach(int member, int slot, int previous)
    {
        _reached[member] = true;
        _cameBy[member] = (slot, previous);
        _frontier.Enqueue(member);
    }

    // A slot may change once in a chain, because each change was judged by the owners it has now.
    private bool IsOnChain(int slot, int member)
    {
        for (var at = member; at != Nobody; at = _cameBy[at].Previous)
        {
            if (_cameBy[at].Slot == slot)
            {
                return true;
            }
        }

        return false;
    }

    // From the end with room back to the start: each slot on the chain swaps its member for the one after it.
    private ushort HandOver(int end)
    {
        var member = end;
        while (_cameBy[member].Previous != Nobody)
        {
            var (slot, previous) = _cameBy[member];
            var place = Array.IndexOf(_places, (ushort)previous, slot * _placesPerSlot, _placesPerSlot);
            Swap(place, member);
            member = previous;
        }

        return (ushort)member;
    }

    private void Swap(int place, int joining)
    {
        _loads[_places[place]]--;
        _loads[joining]++;
        _places[place] = (ushort)joining;
    }
}

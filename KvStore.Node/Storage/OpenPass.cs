using KvStore.Node.Ring;

namespace KvStore.Node.Storage;

/// <summary>
/// What a store keeps of a pass between its pages. A pass reads up to an end that was fixed when it began; keys overwritten
/// since then come after it, from a list that is closed when the end is reached. So it has an end, however much is written and
/// however slowly its pages are fetched.
/// </summary>
/// <remarks>
/// Why no key is missed that is there throughout: either its record never moved, then the pass came by it; or it moved after
/// the watch began, then it is in the list; and what moved before lies below the end. When too many keys have been overwritten
/// (<see cref="MovedMax"/>), the end is fixed anew at the tail and the list begun again: the new records of those keys lie
/// ahead, or where the old ones stood. Pages may be asked for again: nothing is taken out of the list.
/// </remarks>
internal sealed class OpenPass(long number, Func<Slot, bool> slots, OverwrittenKeys overwritten)
{
    /// <summary>Keys in the list, at most or little more, about 100 bytes each.</summary>
    public const int MovedMax = 65_536;

    private MovedKeys? _watch;
    private volatile bool _isAbandoned;

    /// <summary>Held while a page is read: two pages of one pass at once would begin its list twice.</summary>
    public Lock Gate { get; } = new();

    public long Number => number;

    public Func<Slot, bool> Slots => slots;

    /// <summary>The address up to which records are read.</summary>
    public long End { get; private set; }

    /// <summary>Whether the end has to be fixed, for the first time or anew.</summary>
    public bool NeedsEnd => Moved is null && (_watch is null || _watch.Count > MovedMax);

    /// <summary>The keys that moved, once the end was reached.</summary>
    public IReadOnlyList<Key>? Moved { get; private set; }

    /// <param name="settledTail">Returns the tail's address once every overwrite to come knows of the watch and none below is half done.</param>
    public void FixEnd(Func<long> settledTail)
    {
        MovedKeys? before = _watch;
        _watch = overwritten.Begin(slots);
        End = settledTail();
        if (before is not null)
        {
            overwritten.End(before);
        }
    }

    /// <summary>The end was reached: whatever moves from here on was met before.</summary>
    public IReadOnlyList<Key> CloseList()
    {
        if (Moved is null)
        {
            Moved = _watch!.ToArray();
            overwritten.End(_watch);
        }

        return Moved;
    }

    /// <summary>Nothing watches for it any more: a page under way may miss what moves, and the pass must begin anew.</summary>
    public bool IsAbandoned => _isAbandoned;

    public void Abandon()
    {
        _isAbandoned = true;
        if (_watch is not null)
        {
            overwritten.End(_watch);
        }
    }
}

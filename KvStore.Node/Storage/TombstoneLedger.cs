using System.Runtime.InteropServices;
using KvStore.Node.Registers;

namespace KvStore.Node.Storage;

/// <summary>
/// The digest of one slot's tombstones above its floor. When the floor rises past tombstones that are still there, they must be
/// taken out, so the ledger knows the lowest of them one by one; of the rest it has the sum only, which bounds its memory.
/// </summary>
/// <remarks>
/// A floor that rises into the rest cannot be answered from here: the digest is unknown until a pass of the store has found the
/// slot's tombstones again. As floors rise with purges, which begin with the oldest tombstones, one pass serves the next
/// <c>entriesMax</c> purges of every slot that waits for one.
/// </remarks>
internal sealed class TombstoneLedger(int entriesMax)
{
    /// <summary>In ballot order; all there are at or below <see cref="_boundary"/>, or all of them where there is no rest.</summary>
    private readonly List<(Ballot Ballot, SlotDigest Digest)> _lowest = [];

    private SlotDigest _lowestSum;
    private SlotDigest _restSum;
    private long _restCount;
    private Ballot _boundary;
    private TombstoneRecount? _recount;

    public bool IsKnown { get; private set; } = true;

    public bool IsCounting => _recount is not null;

    /// <summary>Only where it is known.</summary>
    public SlotDigest Digest => _lowestSum + _restSum;

    public ReadOnlySpan<(Ballot Ballot, SlotDigest Digest)> Lowest => CollectionsMarshal.AsSpan(_lowest);

    /// <summary>How many tombstones above <see cref="Boundary"/> are known by their sum only.</summary>
    public long RestCount => _restCount;

    public SlotDigest RestSum => _restSum;

    public Ballot Boundary => _boundary;

    /// <param name="lowest">In ballot order.</param>
    public static TombstoneLedger Restored(
        int entriesMax, bool isKnown, IEnumerable<(Ballot Ballot, SlotDigest Digest)> lowest, long restCount, SlotDigest restSum, Ballot boundary)
    {
        TombstoneLedger ledger = new(entriesMax) { IsKnown = isKnown };
        foreach ((Ballot ballot, SlotDigest digest) in lowest)
        {
            ledger._lowest.Add((ballot, digest));
            ledger._lowestSum += digest;
        }

        (ledger._restCount, ledger._restSum, ledger._boundary) = (restCount, restSum, boundary);
        return ledger;
    }

    /// <param name="ballot">Above the slot's floor.</param>
    public void Add(Ballot ballot, SlotDigest digest)
    {
        if (!IsKnown)
        {
            _recount?.Add(ballot, digest);
            return;
        }

        if (_restCount > 0 && ballot > _boundary)
        {
            _restSum += digest;
            _restCount++;
            return;
        }

        _lowest.Insert(IndexAbove(ballot), (ballot, digest));
        _lowestSum += digest;
        while (_lowest.Count > entriesMax)
        {
            MoveHighestToRest();
        }
    }

    /// <summary>Takes out one that was added.</summary>
    public void Remove(Ballot ballot, SlotDigest digest)
    {
        if (!IsKnown)
        {
            _recount?.Remove(digest);
            return;
        }

        if (_restCount > 0 && ballot > _boundary)
        {
            _restSum -= digest;
            _restCount--;
            Invariant.Holds(_restCount > 0 || _restSum == default);
            return;
        }

        Invariant.Holds(_lowest.Remove((ballot, digest)));
        _lowestSum -= digest;
    }

    /// <summary>Leaves out what the slot's floor has passed.</summary>
    public void RaiseFloor(Ballot floor)
    {
        if (IsKnown && _restCount > 0 && floor > _boundary)
        {
            IsKnown = false;
            Clear();
        }

        int passed = IndexAbove(floor);
        for (int i = 0; i < passed; i++)
        {
            _lowestSum -= _lowest[i].Digest;
        }

        _lowest.RemoveRange(0, passed);
    }

    /// <summary>From here on changes are kept for <see cref="EndRecount"/>; a pass that begins later finds all others.</summary>
    public void BeginRecount()
    {
        Invariant.Holds(!IsKnown);
        _recount = new TombstoneRecount();
    }

    /// <summary>A tombstone that the pass found, perhaps replaced or purged by now.</summary>
    public void Found(Ballot ballot, SlotDigest digest) => _recount?.Add(ballot, digest);

    /// <summary>The pass is complete.</summary>
    public void EndRecount(Ballot floor)
    {
        Invariant.Holds(!IsKnown && _recount is not null);
        IsKnown = true;
        foreach ((Ballot ballot, SlotDigest digest) in _recount!.Present.Where(entry => entry.Ballot > floor))
        {
            Add(ballot, digest);
        }

        _recount = null;
    }

    /// <summary>With any others of its ballot, so that the boundary tells what is where.</summary>
    private void MoveHighestToRest()
    {
        Ballot highest = _lowest[^1].Ballot;
        while (_lowest.Count > 0 && _lowest[^1].Ballot == highest)
        {
            (_, SlotDigest digest) = _lowest[^1];
            _lowest.RemoveAt(_lowest.Count - 1);
            _lowestSum -= digest;
            _restSum += digest;
            _restCount++;
        }

        _boundary = _lowest.Count == 0 ? Ballot.Zero : _lowest[^1].Ballot;
    }

    private void Clear()
    {
        _lowest.Clear();
        (_lowestSum, _restSum, _restCount, _boundary) = (default, default, 0, Ballot.Zero);
    }

    private int IndexAbove(Ballot ballot)
    {
        int index = _lowest.Count;
        while (index > 0 && _lowest[index - 1].Ballot > ballot)
        {
            index--;
        }

        return index;
    }
}

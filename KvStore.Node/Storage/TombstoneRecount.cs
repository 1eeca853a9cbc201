using KvStore.Node.Registers;

namespace KvStore.Node.Storage;

/// <summary>
/// A slot's tombstones while they are being found again. What the pass finds and what the lane changes meanwhile come in any
/// order: a tombstone that the lane removed does not come back because the pass had read it before, since no key holds a
/// tombstone of the same ballot twice.
/// </summary>
internal sealed class TombstoneRecount
{
    private readonly Dictionary<SlotDigest, Ballot> _present = [];
    private readonly HashSet<SlotDigest> _gone = [];

    /// <summary>The tombstones there are, in ballot order.</summary>
    public IEnumerable<(Ballot Ballot, SlotDigest Digest)> Present =>
        _present.Select(entry => (entry.Value, entry.Key)).OrderBy(entry => entry.Value);

    /// <summary>The lane wrote one, or the pass found one.</summary>
    public void Add(Ballot ballot, SlotDigest digest)
    {
        if (!_gone.Contains(digest))
        {
            _present[digest] = ballot;
        }
    }

    /// <summary>The lane replaced or purged one.</summary>
    public void Remove(SlotDigest digest)
    {
        _present.Remove(digest);
        _gone.Add(digest);
    }
}

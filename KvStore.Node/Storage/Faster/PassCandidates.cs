using KvStore.Node.Ring;

namespace KvStore.Node.Storage.Faster;

/// <summary>
/// Records that a pass has met, until they are looked up together: only the one that is the key's latest counts, and whether it
/// is may take a disk read.
/// </summary>
internal sealed class PassCandidates(DataLog log, IReadOnlyList<LaneRecords> lanes) : IDisposable
{
    private const int CountMax = 256;
    private const int BytesMax = 1 << 20;

    private readonly HeldReads _reads = new(log, lanes);
    private readonly List<Candidate> _waiting = [];
    private long _bytes;

    /// <summary>Where the first stands that has not been moved into a page.</summary>
    public PassCursor? First => _waiting.Count == 0 ? null : _waiting[0].At;

    /// <param name="address">Where the record that was met stands; 0 where any record of the key will do.</param>
    /// <param name="at">Where the pass goes on if the page has no room for it.</param>
    /// <param name="length">About how much memory its record will take.</param>
    public void Add(in Key key, long address, PassCursor at, int length)
    {
        _waiting.Add(new Candidate(key, address, at, length));
        _bytes += length;
    }

    /// <summary>Whether it is time to move them: there are enough for one look-up, or for the rest of the page.</summary>
    public bool AreEnoughFor(PassPageBuilder page) =>
        _waiting.Count >= CountMax || _bytes >= BytesMax || _waiting.Count > page.CountLeft || _bytes > page.BytesLeft;

    /// <summary>Moves those that count into the page; from the first on that has no room, they wait on, to be looked up again.</summary>
    /// <returns>Where that one stands, or null.</returns>
    /// <exception cref="IOException">When what was read cannot be relied on.</exception>
    public PassCursor? MoveTo(PassPageBuilder page)
    {
        PendingRead[] reads = LookUp();
        int moved = 0;
        while (moved < _waiting.Count && TryMove(_waiting[moved], reads[moved], page))
        {
            _bytes -= _waiting[moved].Length;
            moved++;
        }

        _waiting.RemoveRange(0, moved);
        log.ThrowIfDamaged();
        return First;
    }

    public void Dispose() => _reads.Dispose();

    private PendingRead[] LookUp()
    {
        PendingRead[] reads = [.. _waiting.Select(candidate => _reads.Begin(candidate.Key))];
        _reads.Complete();
        return reads;
    }

    /// <returns>False if it counts and the page has no room for it.</returns>
    private static bool TryMove(in Candidate candidate, PendingRead read, PassPageBuilder page)
    {
        Invariant.Holds(read.IsDone);
        bool counts = !read.Record.IsAbsent && (candidate.Address == 0 || read.Address == candidate.Address);
        return !counts || page.TryAdd(candidate.Key, read.Record);
    }

    private readonly record struct Candidate(Key Key, long Address, PassCursor At, int Length);
}

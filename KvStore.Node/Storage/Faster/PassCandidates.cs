using KvStore.Node.Registers;
using KvStore.Node.Ring;

namespace KvStore.Node.Storage.Faster;

/// <summary>
/// Records that a pass has met, until they are looked up together: only the one that is the key's latest counts, and whether it
/// is may take a disk read.
/// </summary>
internal sealed class PassCandidates(DataLogSession session)
{
    private const int CountMax = 256;
    private const int BytesMax = 1 << 20;

    private readonly List<(Key Key, Ballot Ballot, PassCursor At, PendingRead Read)> _waiting = [];
    private long _bytes;

    public bool IsFull => _waiting.Count >= CountMax || _bytes >= BytesMax;

    public int Count => _waiting.Count;

    /// <param name="ballot">Of the record met; zero where any record of the key will do.</param>
    /// <param name="at">Where the pass goes on if the page has no room for it.</param>
    /// <param name="length">About how much memory its record will take.</param>
    public void Add(in Key key, Ballot ballot, PassCursor at, int length)
    {
        _waiting.Add((key, ballot, at, new PendingRead()));
        _bytes += length;
    }

    /// <summary>Moves those that count into the page.</summary>
    /// <returns>Where the first stands that has no room, or null.</returns>
    public PassCursor? MoveTo(PassPageBuilder page)
    {
        foreach ((Key key, _, _, PendingRead read) in _waiting)
        {
            if (session.TryRead(key.Span, read, out RegisterRecord record))
            {
                read.Complete(record);
            }
        }

        session.CompleteReads(wait: true);
        PassCursor? cut = null;
        foreach ((Key key, Ballot ballot, PassCursor at, PendingRead read) in _waiting)
        {
            Invariant.Holds(read.IsDone);
            bool counts = !read.Record.IsAbsent && (ballot.IsZero || read.Record.Ballot == ballot);
            if (counts && !page.TryAdd(key, read.Record))
            {
                cut = at;
                break;
            }
        }

        _waiting.Clear();
        _bytes = 0;
        return cut;
    }
}

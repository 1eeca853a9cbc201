namespace KvStore.Tests.Simulation.Histories;

/// <summary>
/// Is there an order of the operations of one key that respects real time and in which every read finds the state before
/// it? In O(n log n), after Gibbons and Korach, Testing Shared Memories (SIAM J. Comput. 1997).
///
/// The operations of a state stand together in any such order, and states chained by conditions do too; call that a block,
/// f the least finish and s the greatest start in it. Block A must come before B if f(A) &lt; s(B). If these demands go
/// round in a circle, two blocks demand it of each other (take the block of the circle with the least f: it must come
/// before its successor's successor as well, so the circle can be made shorter). Two blocks do so if and only if their
/// zones [f, s] overlap while both run forward, or if one runs backward (s &lt;= f) and lies inside one that runs forward.
/// </summary>
internal static class ZoneCheck
{
    private readonly record struct Block(long LeastFinish, long GreatestStart, StateCluster First)
    {
        public bool IsForward => LeastFinish < GreatestStart;
    }

    public static HistoryViolation? Run(KeyHistory history)
    {
        if (FindMakersOfTombstones(history) is { } orphan)
        {
            return orphan;
        }

        var blocks = new List<Block>();
        var chained = 0;
        foreach (var state in history.States.Where(state => state.Predecessor is null))
        {
            var (block, violation, length) = BlockOf(history, state);
            if (violation is not null)
            {
                return violation;
            }

            blocks.Add(block);
            chained += length;
        }

        if (chained != history.States.Count)
        {
            return history.Contradiction("conditions consume each other in a circle", history.States.Where(state => state.Predecessor is not null).Select(state => state.Writer!));
        }

        return Conflicts(history, blocks);
    }

    // An unknown delete may have made any tombstone that was seen after it started. Where zones run forward it does not
    // matter which one did; of the others, that which ends first gets the delete that began first: any other choice can
    // only make more of them lie inside a forward zone.
    private static HistoryViolation? FindMakersOfTombstones(KeyHistory history)
    {
        var deletes = history.UnknownDeletes.OrderBy(delete => delete.Start).ToList();
        var orphans = history.OrphanTombstones.OrderBy(orphan => orphan.LeastFinish).ToList();
        foreach (var orphan in orphans.Where(orphan => orphan.LeastFinish < orphan.GreatestStart))
        {
            var last = deletes.FindLastIndex(delete => delete.Start <= orphan.LeastFinish);
            if (last < 0)
            {
                return history.Contradiction("a deletion was seen that nobody can have made", orphan.Readers);
            }

            orphan.IsMadeBy(deletes[last]);
            deletes.RemoveAt(last);
        }

        var next = 0;
        foreach (var orphan in orphans.Where(orphan => orphan.Writer is null))
        {
            if (next == deletes.Count || deletes[next].Start > orphan.LeastFinish)
            {
                return history.Contradiction("a deletion was seen that nobody can have made", orphan.Readers);
            }

            orphan.IsMadeBy(deletes[next++]);
        }

        return null;
    }

    private static (Block Block, HistoryViolation? Violation, int Length) BlockOf(KeyHistory history, StateCluster first)
    {
        var length = 0;
        var latest = first;
        var leastFinish = long.MaxValue;
        var greatestStart = long.MinValue;
        for (var state = first; state is not null; state = state.Successor)
        {
            // What comes later in the chain must not have ended before something earlier began.
            if (state.LeastFinish < greatestStart)
            {
                return (default, history.Contradiction("states follow each other against real time", Operations(latest, state)), 0);
            }

            leastFinish = Math.Min(leastFinish, state.LeastFinish);
            if (state.GreatestStart >= greatestStart)
            {
                greatestStart = state.GreatestStart;
                latest = state;
            }

            length++;
        }

        return (new Block(leastFinish, greatestStart, first), null, length);
    }

    private static HistoryViolation? Conflicts(KeyHistory history, List<Block> blocks)
    {
        var forward = blocks.Where(block => block.IsForward).OrderBy(block => block.LeastFinish).ToList();
        for (var i = 1; i < forward.Count; i++)
        {
            if (forward[i].LeastFinish < forward[i - 1].GreatestStart)
            {
                return history.Contradiction("two states were there at once", Operations(forward[i - 1].First, forward[i].First));
            }
        }

        foreach (var backward in blocks.Where(block => !block.IsForward))
        {
            // Forward zones are apart now: only the last that begins before this one can hold it.
            var at = LastBefore(forward, backward.GreatestStart);
            if (at >= 0 && backward.LeastFinish < forward[at].GreatestStart)
            {
                return history.Contradiction("a state came and went while another was there", Operations(forward[at].First, backward.First));
            }
        }

        return null;
    }

    private static int LastBefore(List<Block> forward, long start)
    {
        var low = 0;
        var high = forward.Count;
        while (low < high)
        {
            var middle = (low + high) / 2;
            if (forward[middle].LeastFinish < start)
            {
                low = middle + 1;
            }
            else
            {
                high = middle;
            }
        }

        return low - 1;
    }

    private static IEnumerable<OperationRecord> Operations(StateCluster one, StateCluster other) => one.Operations.Concat(other.Operations);
}

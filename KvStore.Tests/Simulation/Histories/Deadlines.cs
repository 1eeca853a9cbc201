namespace KvStore.Tests.Simulation.Histories;

/// <summary>States in the order in which they must have followed each other, against real time.</summary>
internal static class Deadlines
{
    /// <summary>
    /// By when each state must have come about, given that all later ones came after it: the least finish of it and of
    /// those. As many as there are states.
    /// </summary>
    public static long[] Of(IReadOnlyList<StateCluster> ordered)
    {
        var deadlines = new long[ordered.Count];
        var least = long.MaxValue;
        for (var i = ordered.Count - 1; i >= 0; i--)
        {
            least = Math.Min(least, ordered[i].LeastFinish);
            deadlines[i] = least;
        }

        return deadlines;
    }

    /// <summary>The first state that was still there after a later one had come, as its index; or -1.</summary>
    public static int FirstBroken(IReadOnlyList<StateCluster> ordered, long[] deadlines)
    {
        for (var i = 0; i + 1 < ordered.Count; i++)
        {
            if (deadlines[i + 1] < ordered[i].GreatestStart)
            {
                return i;
            }
        }

        return -1;
    }

    /// <summary>Can each need be met by an operation of its own that started by its deadline?</summary>
    public static bool CanBeMet(IEnumerable<long> deadlines, IEnumerable<OperationRecord> operations)
    {
        // Earliest deadline with earliest start: if any assignment works, this one does.
        var starts = operations.Select(operation => operation.Start).Order().ToList();
        var needed = deadlines.Order().ToList();
        return needed.Count <= starts.Count && needed.Index().All(need => starts[need.Index] <= need.Item);
    }
}

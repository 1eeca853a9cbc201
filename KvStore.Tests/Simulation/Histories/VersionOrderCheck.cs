namespace KvStore.Tests.Simulation.Histories;

/// <summary>
/// Versions are ballots, so the states of a key follow each other in the order of their versions. That is more than clients
/// are promised, and makes the check exact where versions as mere names leave room: a delete needs something to delete, a
/// put-if-absent needs nothing to be there, and whatever is missing in between must be the work of an unknown operation.
/// </summary>
internal static class VersionOrderCheck
{
    public static HistoryViolation? Run(KeyHistory history)
    {
        var states = history.States.OrderBy(state => state.Version).ToList();
        var deadlines = Deadlines.Of(states);
        if (Deadlines.FirstBroken(states, deadlines) is >= 0 and var broken)
        {
            var later = states.Skip(broken + 1).MinBy(state => state.LeastFinish)!;
            return history.Contradiction("versions run against real time", states[broken].Operations.Concat(later.Operations));
        }

        var deletesNeeded = new List<(long Deadline, StateCluster State)>();
        var putsNeeded = new List<(long Deadline, StateCluster State)>();
        for (var i = 1; i < states.Count; i++)
        {
            var (before, state) = (states[i - 1], states[i]);
            if (state.Predecessor is not null && state.Predecessor != before)
            {
                return history.Contradiction("another version stood between the one a condition named and the one it wrote", before.Operations.Append(state.Writer!));
            }

            var isTombstone = state.Value is null;
            var needsNothing = state.Writer is { Kind: OperationKind.CompareAndSet, Expected: null };
            if ((isTombstone && state.Writer is null) || (needsNothing && before.Value is not null))
            {
                deletesNeeded.Add((deadlines[i], state));
            }

            if (isTombstone && before.Value is null)
            {
                putsNeeded.Add((deadlines[i], state));
            }
        }

        return Unmet(history, deletesNeeded, history.UnknownDeletes, "something was gone that nobody can have deleted")
            ?? Unmet(history, putsNeeded, UsableWhenAbsent(history), "something was deleted that nobody can have written");
    }

    // A condition on a version never holds where nothing is.
    private static IEnumerable<OperationRecord> UsableWhenAbsent(KeyHistory history) => history.UnseenPuts.Where(put => put.Expected is null);

    private static HistoryViolation? Unmet(
        KeyHistory history, List<(long Deadline, StateCluster State)> needs, IEnumerable<OperationRecord> operations, string rule) =>
        Deadlines.CanBeMet(needs.Select(need => need.Deadline), operations)
            ? null
            : history.Contradiction(rule, needs.SelectMany(need => need.State.Operations));
}

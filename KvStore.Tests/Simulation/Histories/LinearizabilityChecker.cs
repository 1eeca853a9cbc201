namespace KvStore.Tests.Simulation.Histories;

/// <summary>
/// Could these answers have come from a store in which every operation happens at one moment between its call and its
/// answer? Keys are independent, so each is judged alone: first by real time alone, with versions as mere names
/// (<see cref="ZoneCheck"/>), then by what versions promise in addition (<see cref="VersionOrderCheck"/>). Counters have
/// their own check, as their values repeat nobody's (<see cref="CounterCheck"/>).
///
/// A failure is certain; so is success, except for increments of different amounts with unknown outcomes. Expiry is not
/// known here: keys with a time to live must be left out.
/// </summary>
internal static class LinearizabilityChecker
{
    /// <param name="history">All operations on the keys concerned, in any order; a missing write shows as a value from nowhere.</param>
    /// <param name="versionsRise">False: versions are names only, as in a live history whose versions were made up.</param>
    /// <exception cref="ArgumentException">The history itself is not one that can be checked.</exception>
    public static HistoryVerdict Check(IEnumerable<OperationRecord> history, bool versionsRise = true)
    {
        var operations = 0;
        var states = new List<StateCluster>();
        var unknown = 0;
        foreach (var key in history.GroupBy(operation => operation.Key, StringComparer.Ordinal))
        {
            var ofKey = key.Where(operation => operation.Outcome != RecordedOutcome.Unknown || operation.Kind != OperationKind.Read).ToList();
            ofKey.ForEach(Validate);
            var (violation, seen) = CheckKey(key.Key, ofKey, versionsRise);
            operations += ofKey.Count;
            unknown += ofKey.Count(operation => operation.MayHaveWritten);
            states.AddRange(seen);
            if (violation is not null)
            {
                return Verdict(violation, operations, states, unknown);
            }
        }

        return Verdict(null, operations, states, unknown);
    }

    private static (HistoryViolation? Violation, IEnumerable<StateCluster> States) CheckKey(
        string key, IReadOnlyList<OperationRecord> operations, bool versionsRise)
    {
        if (operations.Any(operation => operation.Kind == OperationKind.Increment))
        {
            return CounterCheck.Run(key, operations, versionsRise);
        }

        // Twice from the start: the first check names makers of tombstones, which the second may have to name differently.
        var history = new KeyHistory(key, operations);
        var violation = history.Violation ?? ZoneCheck.Run(history);
        if (violation is null && versionsRise)
        {
            violation = VersionOrderCheck.Run(new KeyHistory(key, operations));
        }

        return (violation, history.States);
    }

    private static HistoryVerdict Verdict(HistoryViolation? violation, int operations, List<StateCluster> states, int unknown)
    {
        // Makers of counters' sums are not named one by one; those of sums that were seen are counted.
        var seen = states.Count(state => state.Writer is { Outcome: RecordedOutcome.Unknown } || (state.Writer is null && state.Version != OperationRecord.NoVersion));
        var consumed = states.Count(state => state.Writer is { Kind: OperationKind.Increment or OperationKind.CompareAndSet });
        return new HistoryVerdict(violation, operations, states.Count, seen, unknown - Math.Min(seen, unknown), consumed);
    }

    private static void Validate(OperationRecord operation)
    {
        var isWhole = operation switch
        {
            { Outcome: RecordedOutcome.Committed } when operation.Finish < operation.Start => false,
            { Outcome: RecordedOutcome.Committed, Kind: OperationKind.Read } => operation.ObservedVersion is not null && !operation.HasWritten,
            { Outcome: RecordedOutcome.Committed, Kind: OperationKind.Put or OperationKind.Increment } => operation is { HasWritten: true, Written: not null },
            { Kind: OperationKind.Put or OperationKind.CompareAndSet } => operation.Written is not null && operation.Expected != OperationRecord.NoVersion,
            { Kind: OperationKind.Delete } => operation.Written is null,
            _ => true,
        };
        if (!isWhole)
        {
            throw new ArgumentException($"Not an operation that can have been: {operation}");
        }
    }
}

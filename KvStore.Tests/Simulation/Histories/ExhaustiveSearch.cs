namespace KvStore.Tests.Simulation.Histories;

/// <summary>
/// The plain definition: tries every order of the operations of one key (Wing and Gong), each unknown one taking effect or
/// not. Only for histories of a dozen operations; the judge of <see cref="LinearizabilityChecker"/>.
/// </summary>
internal sealed class ExhaustiveSearch
{
    private readonly OperationRecord[] _operations;
    private readonly bool _versionsRise;
    private readonly ILookup<string, UInt128> _versionsSeen;
    private readonly List<UInt128> _orphanTombstones;
    private readonly bool _versionsAreNames;
    private readonly HashSet<(uint Done, State State, UInt128 Last, uint Orphans)> _failed = [];

    private ExhaustiveSearch(IEnumerable<OperationRecord> history, bool versionsRise)
    {
        _operations = [.. history.Where(operation => operation.Outcome == RecordedOutcome.Committed || operation.MayHaveWritten)];
        _versionsRise = versionsRise;
        var seen = _operations.Where(operation => operation is { Outcome: RecordedOutcome.Committed, ObservedVersion: not null }).ToList();
        _versionsSeen = seen.Where(operation => operation.ObservedValue is not null)
            .Select(operation => (operation.ObservedValue!, Version: operation.ObservedVersion!.Value)).Distinct()
            .ToLookup(each => each.Item1, each => each.Version);
        var making = _operations.Where(operation => operation.HasWritten).ToList();
        var made = making.Select(operation => operation.WrittenVersion).ToHashSet();
        _versionsAreNames = made.Count == making.Count && making.Select(operation => (operation.WrittenVersion, operation.Written))
            .Concat(seen.Select(operation => (operation.ObservedVersion!.Value, operation.ObservedValue)))
            .Distinct().CountBy(each => each.Item1).All(version => version.Value == 1);
        _orphanTombstones = [.. seen.Where(operation => operation.ObservedValue is null).Select(operation => operation.ObservedVersion!.Value)
            .Where(version => version != OperationRecord.NoVersion && !made.Contains(version)).Distinct()];
    }

    /// <summary>A version of null: the state was made by an unknown operation and seen by nobody.</summary>
    private readonly record struct State(UInt128? Version, string? Value);

    public static bool IsCorrect(IEnumerable<OperationRecord> history, bool versionsRise)
    {
        var search = new ExhaustiveSearch(history, versionsRise);
        return search._versionsAreNames && search.CanEnd(0, new State(OperationRecord.NoVersion, null), OperationRecord.NoVersion, 0);
    }

    private bool CanEnd(uint done, State state, UInt128 last, uint orphans)
    {
        var open = Enumerable.Range(0, _operations.Length).Where(i => (done >> i & 1) == 0).ToList();
        if (open.All(i => _operations[i].Outcome == RecordedOutcome.Unknown))
        {
            return true;
        }

        if (!_failed.Add((done, state, last, orphans)))
        {
            return false;
        }

        var firstEnd = open.Min(i => _operations[i].Deadline);
        foreach (var i in open.Where(i => _operations[i].Start <= firstEnd))
        {
            foreach (var (next, nowOrphans) in Effects(_operations[i], state, orphans))
            {
                var isNew = next != state;
                if (isNew && _versionsRise && next.Version is { } version && version <= last)
                {
                    continue;
                }

                if (CanEnd(done | 1U << i, next, isNew && next.Version is { } known ? known : last, nowOrphans))
                {
                    return true;
                }
            }
        }

        return false;
    }

    private IEnumerable<(State Next, uint Orphans)> Effects(OperationRecord operation, State state, uint orphans)
    {
        var isUnknown = operation.Outcome == RecordedOutcome.Unknown;
        if (isUnknown)
        {
            yield return (state, orphans); // nothing happened
        }
        else if (!operation.HasWritten)
        {
            if (Saw(operation, state))
            {
                yield return (state, orphans);
            }

            yield break;
        }

        if (!Allows(operation, state))
        {
            yield break;
        }

        if (!isUnknown)
        {
            yield return (new State(operation.WrittenVersion, operation.Written), orphans);
            yield break;
        }

        foreach (var effect in UnknownEffects(operation, state, orphans))
        {
            yield return effect;
        }
    }

    private IEnumerable<(State Next, uint Orphans)> UnknownEffects(OperationRecord operation, State state, uint orphans)
    {
        var value = operation.Kind == OperationKind.Increment ? Sum(state, operation.By) : operation.Written;
        yield return (new State(null, value), orphans);
        if (value is not null)
        {
            foreach (var version in _versionsSeen[value])
            {
                yield return (new State(version, value), orphans);
            }

            yield break;
        }

        for (var i = 0; i < _orphanTombstones.Count; i++)
        {
            if ((orphans >> i & 1) == 0)
            {
                yield return (new State(_orphanTombstones[i], null), orphans | 1U << i);
            }
        }
    }

    private static bool Saw(OperationRecord operation, State state)
    {
        if (operation.ObservedVersion is not { } version)
        {
            return true;
        }

        var refused = operation.Kind switch
        {
            OperationKind.Delete => state.Value is null,
            OperationKind.CompareAndSet when operation.Expected is { } expected => state.Value is null || state.Version != expected,
            OperationKind.CompareAndSet => state.Value is not null,
            _ => true,
        };
        return refused && state.Version == version && state.Value == operation.ObservedValue;
    }

    // With versions as names only, whether there is something to delete or nothing in the way is not judged.
    private bool Allows(OperationRecord operation, State state) => operation.Kind switch
    {
        OperationKind.CompareAndSet when operation.Expected is { } expected => state.Version == expected && state.Value is not null,
        OperationKind.CompareAndSet => state.Value is null || !_versionsRise,
        OperationKind.Delete => state.Value is not null || !_versionsRise,
        OperationKind.Increment => operation.Written is null || operation.Written == Sum(state, operation.By),
        _ => true,
    };

    private static string Sum(State state, long by) =>
        (long.Parse(state.Value ?? "0", System.Globalization.CultureInfo.InvariantCulture) + by).ToString(System.Globalization.CultureInfo.InvariantCulture);
}

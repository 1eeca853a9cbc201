namespace KvStore.Tests.Simulation.Histories;

/// <summary>
/// The operations of one key sorted by the states they made and saw, or the contradiction met on the way. Makers of states
/// that nobody admits to (their writers were told nothing) are sought among the unknown operations: by value, which is
/// unique; tombstones are left to the two checks, as any unknown delete may have made them.
/// </summary>
internal sealed class KeyHistory
{
    private readonly Dictionary<UInt128, StateCluster> _states = [];
    private readonly Dictionary<string, StateCluster> _stateOfValue = new(StringComparer.Ordinal);
    private readonly Dictionary<string, OperationRecord> _writerOfValue = new(StringComparer.Ordinal);

    public KeyHistory(string key, IReadOnlyList<OperationRecord> operations)
    {
        Key = key;
        Operations = operations;
        CollectWriters();
        Violation = Writes() ?? Reads() ?? Makers() ?? Chains();
    }

    public string Key { get; }

    public IReadOnlyList<OperationRecord> Operations { get; }

    public HistoryViolation? Violation { get; }

    public IReadOnlyCollection<StateCluster> States => _states.Values;

    /// <summary>Tombstones that were seen and that no delete was told it made.</summary>
    public IEnumerable<StateCluster> OrphanTombstones =>
        _states.Values.Where(state => state.Writer is null && state.Value is null && state.Version != OperationRecord.NoVersion);

    /// <summary>Deletes that may have made a tombstone.</summary>
    public IEnumerable<OperationRecord> UnknownDeletes =>
        Operations.Where(operation => operation is { MayHaveWritten: true, Kind: OperationKind.Delete });

    /// <summary>Puts and compare-and-sets that may have made a state which nobody saw.</summary>
    public IEnumerable<OperationRecord> UnseenPuts => Operations.Where(operation =>
        operation.MayHaveWritten && operation.Written is { } value && !_stateOfValue.ContainsKey(value));

    /// <summary>The state before the first write. It is there even if nobody saw it.</summary>
    public StateCluster Initial => StateOf(OperationRecord.NoVersion, null);

    public HistoryViolation Contradiction(string rule, params IEnumerable<OperationRecord> operations) => new(Key, rule, [.. operations]);

    // The history's own fault, not the store's: without unique values nothing can be told.
    private void CollectWriters()
    {
        foreach (var operation in Operations.Where(operation => operation.Written is not null))
        {
            if (!_writerOfValue.TryAdd(operation.Written!, operation))
            {
                throw new ArgumentException($"Two operations write '{operation.Written}' to {Key}: values must be unique for a history to be checked.");
            }
        }
    }

    private HistoryViolation? Writes()
    {
        _ = Initial;
        foreach (var operation in Operations.Where(operation => operation.HasWritten))
        {
            if (_states.TryGetValue(operation.WrittenVersion, out var other))
            {
                return Contradiction("two writes made one version", other.Operations.Append(operation));
            }

            StateOf(operation.WrittenVersion, operation.Written).IsMadeBy(operation);
        }

        return null;
    }

    private HistoryViolation? Reads()
    {
        foreach (var operation in Operations)
        {
            if (operation.Outcome != RecordedOutcome.Committed || operation.ObservedVersion is not { } version)
            {
                continue;
            }

            if (operation.ObservedValue is { } value && _stateOfValue.TryGetValue(value, out var known) && known.Version != version)
            {
                return Contradiction("one write was seen under two versions", known.Operations.Append(operation));
            }

            var state = StateOf(version, operation.ObservedValue);
            if (state.Value != operation.ObservedValue)
            {
                return Contradiction("one version has two values", state.Operations.Append(operation));
            }

            state.IsSeenBy(operation);
            if (operation.Kind == OperationKind.Delete && operation.ObservedValue is not null)
            {
                return Contradiction("a delete left what it found", operation);
            }

            if (operation.Kind == OperationKind.CompareAndSet && Holds(operation, state))
            {
                return Contradiction("a condition that held was refused", operation);
            }
        }

        return null;
    }

    private HistoryViolation? Makers()
    {
        foreach (var state in _states.Values.Where(state => state.Writer is null && state.Value is not null))
        {
            if (!_writerOfValue.TryGetValue(state.Value!, out var maker) || !maker.MayHaveWritten)
            {
                return Contradiction("a value was seen that nobody can have written", maker is null ? state.Readers : state.Readers.Append(maker));
            }

            state.IsMadeBy(maker);
        }

        return _states.Values.FirstOrDefault(state => state.IsSeenTooEarly) is { } early
            ? Contradiction("a value was seen before its write began", early.Operations)
            : null;
    }

    private HistoryViolation? Chains()
    {
        foreach (var state in _states.Values)
        {
            if (state.Writer is not { Kind: OperationKind.CompareAndSet, Expected: { } expected })
            {
                continue;
            }

            if (!_states.TryGetValue(expected, out var consumed) || consumed.Value is null)
            {
                return Contradiction("a condition on a version held that was never there", state.Writer);
            }

            if (consumed.Successor is { } other)
            {
                return Contradiction("one version was consumed twice", other.Writer!, state.Writer);
            }

            consumed.Successor = state;
            state.Predecessor = consumed;
        }

        return null;
    }

    private static bool Holds(OperationRecord operation, StateCluster state) =>
        operation.Expected is { } expected ? state.Value is not null && state.Version == expected : state.Value is null;

    private StateCluster StateOf(UInt128 version, string? value)
    {
        if (_states.TryGetValue(version, out var state))
        {
            return state;
        }

        state = new StateCluster(version, value);
        _states.Add(version, state);
        if (value is not null)
        {
            _stateOfValue.Add(value, state);
        }

        return state;
    }
}

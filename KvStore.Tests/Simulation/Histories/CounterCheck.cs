using System.Globalization;

namespace KvStore.Tests.Simulation.Histories;

/// <summary>
/// A key that is only incremented and read. Sums grow, so they order its states: every increment takes the counter from one
/// sum to the next, none twice, and what is missing in between must be the work of unknown increments. Exact if all
/// increments of the key add the same; otherwise unknown ones are only compared by their total.
/// </summary>
internal sealed class CounterCheck
{
    private readonly string _key;
    private readonly IReadOnlyList<OperationRecord> _operations;
    private readonly SortedDictionary<long, StateCluster> _states = [];
    private readonly Dictionary<UInt128, long> _sumOfVersion = [];

    private CounterCheck(string key, IReadOnlyList<OperationRecord> operations)
    {
        _key = key;
        _operations = operations;
    }

    public IReadOnlyCollection<StateCluster> States => _states.Values;

    public static (HistoryViolation? Violation, IReadOnlyCollection<StateCluster> States) Run(
        string key, IReadOnlyList<OperationRecord> operations, bool versionsRise)
    {
        var wrong = operations.FirstOrDefault(operation => operation.Kind is not (OperationKind.Increment or OperationKind.Read) || (operation.Kind == OperationKind.Increment && operation.By <= 0));
        if (wrong is not null)
        {
            throw new ArgumentException($"A counter is incremented by more than nothing and read, nothing else: {wrong}");
        }

        var check = new CounterCheck(key, operations);
        var violation = check.Collect() ?? check.Follow() ?? (versionsRise ? check.Rise() : null);
        return (violation, check.States);
    }

    private HistoryViolation? Collect()
    {
        _states[0] = new StateCluster(OperationRecord.NoVersion, null);
        _sumOfVersion[OperationRecord.NoVersion] = 0;
        foreach (var operation in _operations.Where(operation => operation.Outcome == RecordedOutcome.Committed).OrderBy(operation => operation.Kind))
        {
            var isIncrement = operation.Kind == OperationKind.Increment;
            var version = isIncrement ? operation.WrittenVersion : operation.ObservedVersion!.Value;
            var text = isIncrement ? operation.Written : operation.ObservedValue;
            if (!long.TryParse(text ?? "0", NumberStyles.AllowLeadingSign, CultureInfo.InvariantCulture, out var sum))
            {
                return Contradiction("a counter does not hold a number", operation);
            }

            if (!_states.TryGetValue(sum, out var state))
            {
                _states[sum] = state = new StateCluster(version, text);
            }

            if (!_sumOfVersion.TryAdd(version, sum) && _sumOfVersion[version] != sum)
            {
                return Contradiction("one version has two values", [.. _states[_sumOfVersion[version]].Operations, operation]);
            }

            if (state.Version != version || (isIncrement && state.Writer is not null))
            {
                return Contradiction("one sum was reached twice", [.. state.Operations, operation]);
            }

            if (isIncrement)
            {
                state.IsMadeBy(operation);
            }
            else
            {
                state.IsSeenBy(operation);
            }
        }

        return null;
    }

    private HistoryViolation? Follow()
    {
        var states = _states.Values.ToList();
        var sums = _states.Keys.ToList();
        if (sums[0] < 0)
        {
            return Contradiction("a counter went below nothing", states[0].Operations);
        }

        if (states.FirstOrDefault(state => state.IsSeenTooEarly) is { } early)
        {
            return Contradiction("a value was seen before its write began", early.Operations);
        }

        var deadlines = Deadlines.Of(states);
        if (Deadlines.FirstBroken(states, deadlines) is >= 0 and var broken)
        {
            var later = states.Skip(broken + 1).MinBy(state => state.LeastFinish)!;
            return Contradiction("sums run against real time", states[broken].Operations.Concat(later.Operations));
        }

        var gaps = new List<(long From, long Length, long Deadline)>();
        for (var i = 1; i < states.Count; i++)
        {
            var from = sums[i] - (states[i].Writer?.By ?? 0);
            if (from < sums[i - 1])
            {
                return Contradiction("a sum was consumed twice, or passed over", states[i - 1].Operations.Concat(states[i].Operations));
            }

            if (from > sums[i - 1])
            {
                gaps.Add((sums[i - 1], from - sums[i - 1], deadlines[i]));
            }
        }

        return Fill(gaps);
    }

    private HistoryViolation? Fill(List<(long From, long Length, long Deadline)> gaps)
    {
        var unknown = _operations.Where(operation => operation.MayHaveWritten).ToList();
        var steps = _operations.Where(operation => operation.Kind == OperationKind.Increment).Select(operation => operation.By).Distinct().ToList();
        if (steps.Count == 1)
        {
            var whole = gaps.All(gap => gap.Length % steps[0] == 0);
            var needs = gaps.SelectMany(gap => Enumerable.Repeat(gap.Deadline, (int)Math.Min(gap.Length / steps[0], unknown.Count + 1)));
            return whole && Deadlines.CanBeMet(needs, unknown) ? null : Unexplained(gaps);
        }

        long total = 0;
        foreach (var (_, length, deadline) in gaps)
        {
            total += length;
            if (total > unknown.Where(operation => operation.Start <= deadline).Sum(operation => operation.By))
            {
                return Unexplained(gaps);
            }
        }

        return null;
    }

    private HistoryViolation Unexplained(List<(long From, long Length, long Deadline)> gaps) => Contradiction(
        "a counter grew by more than all increments can explain",
        gaps.SelectMany(gap => _states.First(state => state.Key > gap.From).Value.Operations));

    private HistoryViolation? Rise()
    {
        foreach (var (before, after) in _states.Values.Zip(_states.Values.Skip(1)))
        {
            if (after.Version <= before.Version)
            {
                return Contradiction("versions run against sums", before.Operations.Concat(after.Operations));
            }
        }

        return null;
    }

    private HistoryViolation Contradiction(string rule, params IEnumerable<OperationRecord> operations) => new(_key, rule, [.. operations]);
}

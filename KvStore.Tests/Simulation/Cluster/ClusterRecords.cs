using System.Globalization;
using System.Text;
using KvStore.Node.Coordination;
using KvStore.Node.Registers;
using KvStore.Tests.Simulation.Histories;

namespace KvStore.Tests.Simulation.Cluster;

/// <summary>What clients of a run were told, in the form that <see cref="LinearizabilityChecker"/> judges.</summary>
internal static class ClusterRecords
{
    /// <returns>The first contradiction in words; null if there is none.</returns>
    public static string? Check(IReadOnlyList<ClientOperation> history) =>
        LinearizabilityChecker.Check(history.Select(RecordOf)).Violation?.ToString();

    public static OperationRecord RecordOf(ClientOperation operation)
    {
        Change change = operation.Change;
        OperationRecord asked = new()
        {
            Key = operation.Key.ToString(),
            Kind = KindOf(change),
            Start = operation.Started.Ticks,
            Finish = operation.Finished?.Ticks ?? long.MaxValue,
            Outcome = OutcomeOf(operation),
            Written = change.Kind == ChangeKind.Put ? Encoding.ASCII.GetString(change.Value.Span) : null,
            Expected = change.Condition == ConditionKind.Version ? NumberOf(change.Expected) : null,
            By = change.By,
        };
        if (asked.Outcome != RecordedOutcome.Committed)
        {
            return asked;
        }

        ChangeResult result = operation.Result!.Value.Change;
        if (result.Outcome != ChangeOutcome.Applied)
        {
            return asked with { ObservedVersion = NumberOf(result.Version), ObservedValue = ValueOf(result.State) };
        }

        return asked with
        {
            WrittenVersion = NumberOf(result.Version),
            Written = change.Kind == ChangeKind.Increment ? result.Number.ToString(CultureInfo.InvariantCulture) : asked.Written,
        };
    }

    /// <summary>All of a version in one number that sorts as versions do.</summary>
    public static UInt128 NumberOf(StateVersion version) =>
        ((UInt128)version.Ballot.Epoch.Number << 96) | ((UInt128)version.Ballot.Counter << 32) | ((UInt128)version.Ballot.Ordinal << 16) | version.Step;

    private static OperationKind KindOf(Change change) => change.Kind switch
    {
        ChangeKind.Identity => OperationKind.Read,
        ChangeKind.Put when change.Condition == ConditionKind.None => OperationKind.Put,
        ChangeKind.Put when change.Condition is ConditionKind.Version or ConditionKind.Absent => OperationKind.CompareAndSet,
        ChangeKind.Delete when change.Condition == ConditionKind.None => OperationKind.Delete,
        ChangeKind.Increment when change.Condition == ConditionKind.None => OperationKind.Increment,
        _ => throw new ArgumentException($"Clients of simulated clusters do not ask for {change.Kind} if {change.Condition}."),
    };

    /// <summary>At level one, acknowledged means that it may take effect at any time, or never.</summary>
    private static RecordedOutcome OutcomeOf(ClientOperation operation) => operation.Outcome switch
    {
        OperationOutcome.Committed when operation.Level != Consistency.One => RecordedOutcome.Committed,
        OperationOutcome.NotApplied => RecordedOutcome.NotApplied,
        _ => RecordedOutcome.Unknown,
    };

    private static string? ValueOf(RegisterState? state) => state is { HasValue: true } ? Encoding.ASCII.GetString(state.Value.Span) : null;
}

using System.Text;
using KvStore.Node.Coordination;
using KvStore.Node.Registers;
using KvStore.Tests.Simulation.Histories;

namespace KvStore.Tests.Simulation.Cluster;

/// <summary>A run's operations in the form the checker takes.</summary>
internal static class ClusterHistory
{
    /// <param name="purges">Purged tombstones, in the order of time.</param>
    public static HistoryVerdict Check(IReadOnlyList<ClientOperation> history, IReadOnlyList<ObservedPurge> purges) =>
        LinearizabilityChecker.Check(history.Select(operation => RecordOf(operation, purges)));

    private static OperationRecord RecordOf(ClientOperation operation, IReadOnlyList<ObservedPurge> purges)
    {
        // A change at level one may take effect at any time or never, and its answer names no version.
        bool told = operation.Level != Consistency.One || operation.Outcome == OperationOutcome.NotApplied;
        RecordedOutcome outcome = told ? OutcomeOf(operation.Outcome) : RecordedOutcome.Unknown;
        bool committed = outcome == RecordedOutcome.Committed;
        ChangeResult result = committed ? operation.Result!.Value.Change : default;
        bool applied = committed && result.Outcome == ChangeOutcome.Applied;
        return new OperationRecord
        {
            Key = operation.Key.ToString(),
            Kind = KindOf(operation.Change),
            Start = operation.Started.Ticks,
            Finish = (operation.Finished ?? operation.Started).Ticks,
            Outcome = outcome,
            Written = WrittenBy(operation.Change, applied, result),
            WrittenVersion = applied ? NumberOf(result.Version) : OperationRecord.NoVersion,
            Expected = operation.Change.Condition == ConditionKind.Version ? NumberOf(operation.Change.Expected) : null,
            By = operation.Change.By,
            ObservedVersion = committed && !applied ? Observed(operation, result.Version, purges) : null,
            ObservedValue = committed && !applied && result.State is { HasValue: true } state ? Encoding.ASCII.GetString(state.Value.Span) : null,
        };
    }

    /// <summary>
    /// Absence after a purge no longer says which delete it is. It counts as that of the latest one whose purge could have been
    /// seen: that one had taken effect by then, so this asks for nothing that is not so, and an absence that comes after a
    /// later write is still found.
    /// </summary>
    private static UInt128 Observed(ClientOperation operation, StateVersion version, IReadOnlyList<ObservedPurge> purges) => !version.IsNone
        ? NumberOf(version)
        : purges.Where(purge => purge.Key.Equals(operation.Key) && purge.At <= operation.Finished).Select(purge => NumberOf(purge.Version)).DefaultIfEmpty().Max();

    private static OperationKind KindOf(Change change) => change.Kind switch
    {
        ChangeKind.Identity => OperationKind.Read,
        ChangeKind.Put => change.Condition == ConditionKind.None ? OperationKind.Put : OperationKind.CompareAndSet,
        ChangeKind.Delete => OperationKind.Delete,
        ChangeKind.Increment => OperationKind.Increment,
        _ => throw new InvalidOperationException($"No kind for {change.Kind}"),
    };

    private static RecordedOutcome OutcomeOf(OperationOutcome outcome) => outcome switch
    {
        OperationOutcome.Committed => RecordedOutcome.Committed,
        OperationOutcome.NotApplied => RecordedOutcome.NotApplied,
        OperationOutcome.Unknown => RecordedOutcome.Unknown,
        _ => throw new InvalidOperationException($"No outcome for {outcome}"),
    };

    private static string? WrittenBy(Change change, bool applied, in ChangeResult result) => change.Kind switch
    {
        ChangeKind.Put => Encoding.ASCII.GetString(change.Value.Span),
        ChangeKind.Increment when applied => Encoding.ASCII.GetString(result.State!.Value.Span),
        _ => null,
    };

    /// <summary>Versions as numbers in the same order: epoch, counter, ordinal, step.</summary>
    public static UInt128 NumberOf(StateVersion version) =>
        ((UInt128)version.Ballot.Epoch.Number << 96)
        | ((UInt128)(ulong)version.Ballot.Counter << 32)
        | ((UInt128)version.Ballot.Ordinal << 16)
        | version.Step;
}

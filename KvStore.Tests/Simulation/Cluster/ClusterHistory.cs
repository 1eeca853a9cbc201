using KvStore.Node.Coordination;
using KvStore.Node.Registers;
using KvStore.Node.Ring;

namespace KvStore.Tests.Simulation.Cluster;

/// <summary>
/// Holds what clients were told against the order of versions: a key's states have rising versions, so an operation that
/// began after another ended must not show an older one; a compare-and-set that succeeded follows directly on the version
/// it named; one version is one value; increments count what was applied.
/// </summary>
internal static class ClusterHistory
{
    public static string? Check(IReadOnlyList<ClientOperation> history)
    {
        foreach (IGrouping<Key, ClientOperation> key in history.GroupBy(operation => operation.Key))
        {
            // A change at level one may take effect at any time or never, and its answer names no version.
            ClientOperation[] told = [.. key.Where(operation => operation.Outcome == OperationOutcome.Committed && operation.Level != Consistency.One)];
            if ((CheckOrder(told) ?? CheckValues(told) ?? CheckSuccession(told)) is { } violation)
            {
                return violation;
            }
        }

        return null;
    }

    private static string? CheckOrder(ClientOperation[] told)
    {
        foreach (ClientOperation later in told)
        {
            foreach (ClientOperation earlier in told)
            {
                if (earlier.Finished >= later.Started)
                {
                    continue;
                }

                int order = Compare(VersionOf(later), VersionOf(earlier));
                if (order < 0 || (order == 0 && IsApplied(later)))
                {
                    return $"out of order:\n  {earlier.Describe()}\n  {later.Describe()}";
                }
            }
        }

        return null;
    }

    private static string? CheckValues(ClientOperation[] told)
    {
        Dictionary<StateVersion, ClientOperation> first = [];
        foreach (ClientOperation operation in told)
        {
            if (first.TryAdd(VersionOf(operation), operation))
            {
                continue;
            }

            ClientOperation other = first[VersionOf(operation)];
            if (IsApplied(operation) && IsApplied(other))
            {
                return $"two changes under one version:\n  {other.Describe()}\n  {operation.Describe()}";
            }

            if (!ValueOf(other).SequenceEqual(ValueOf(operation)))
            {
                return $"two values under one version:\n  {other.Describe()}\n  {operation.Describe()}";
            }
        }

        return null;
    }

    /// <summary>Nothing that was applied may lie between the version a compare-and-set named and the one it wrote.</summary>
    private static string? CheckSuccession(ClientOperation[] told)
    {
        foreach (ClientOperation swap in told.Where(operation => IsApplied(operation) && operation.Change.Condition == ConditionKind.Version))
        {
            ClientOperation? between = Array.Find(told, other => IsApplied(other)
                && Compare(VersionOf(other), swap.Change.Expected) > 0
                && Compare(VersionOf(other), VersionOf(swap)) < 0);
            if (between is not null)
            {
                return $"a change was overwritten unseen:\n  {between.Describe()}\n  {swap.Describe()}";
            }
        }

        return null;
    }

    private static bool IsApplied(ClientOperation operation) => operation.Result!.Value.Change.Outcome == ChangeOutcome.Applied;

    private static StateVersion VersionOf(ClientOperation operation) => operation.Result!.Value.Change.Version;

    private static ReadOnlySpan<byte> ValueOf(ClientOperation operation) => operation.Result!.Value.Change.State is { } state ? state.Value.Span : default;

    private static int Compare(StateVersion left, StateVersion right)
    {
        int byBallot = left.Ballot.CompareTo(right.Ballot);
        return byBallot != 0 ? byBallot : left.Step.CompareTo(right.Step);
    }
}

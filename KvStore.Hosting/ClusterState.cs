using Aspire.Hosting.ApplicationModel;

namespace KvStore.Hosting;

/// <summary>The state of a cluster, as a pure function of the states of its nodes.</summary>
internal static class ClusterState
{
    /// <param name="firstNodes">A state for each node that forms the cluster; null for one that nothing is known of yet.</param>
    /// <param name="spareNodes">Likewise for each spare node, which counts from its start on.</param>
    public static string Of(IReadOnlyCollection<string?> firstNodes, IReadOnlyCollection<string?> spareNodes)
    {
        IReadOnlyCollection<string?> nodes =
        [
            .. firstNodes,
            .. spareNodes.Where(state => state is not null && state != KnownResourceStates.NotStarted),
        ];
        if (nodes.Contains(KnownResourceStates.Running))
        {
            return KnownResourceStates.Running;
        }
        if (!nodes.All(state => state is not null && KnownResourceStates.TerminalStates.Contains(state)))
        {
            return nodes.Contains(KnownResourceStates.Waiting) ? KnownResourceStates.Waiting
                : nodes.All(state => state == KnownResourceStates.NotStarted) ? KnownResourceStates.NotStarted
                : KnownResourceStates.Starting;
        }

        // None is left. What went wrong says more than what went well.
        return nodes.Contains(KnownResourceStates.FailedToStart) ? KnownResourceStates.FailedToStart
            : nodes.Contains(KnownResourceStates.Exited) ? KnownResourceStates.Exited
            : KnownResourceStates.Finished;
    }
}

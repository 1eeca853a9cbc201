using Aspire.Hosting.ApplicationModel;

namespace KvStore.Hosting;

/// <summary>The state of a cluster, as a pure function of the states of its nodes.</summary>
internal static class ClusterState
{
    /// <param name="nodes">A state for each node; null for one that nothing is known of yet.</param>
    public static string Of(IReadOnlyCollection<string?> nodes)
    {
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

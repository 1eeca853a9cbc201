using KvStore.Client;
using KvStore.Web.Cluster;

namespace KvStore.Web.Follow;

/// <summary>Runs requests to be followed. Failures are part of what is told, not exceptions.</summary>
internal sealed class FollowedRequests(NodeClients clients)
{
    /// <param name="through">The node that coordinates; null for any.</param>
    /// <param name="changed">Called with each new state, the last of which is over.</param>
    public async Task RunAsync(string title, BatchOperation operation, Uri? through, Action<FollowRun> changed, CancellationToken cancellationToken)
    {
        FollowRun run = FollowRun.Of(title);
        KvClient? client = through is null ? clients.ThroughAny() : clients.Through(through);
        if (client is null)
        {
            changed(run with { IsOver = true, Failure = "No node is known to ask." });
            return;
        }

        try
        {
            await foreach (FollowEvent happened in client.Cluster.FollowAsync(operation, cancellationToken))
            {
                run = run.With(happened);
                changed(run);
            }

            changed(run with { IsOver = true });
        }
        catch (KvException failure)
        {
            changed(run with { IsOver = true, Failure = failure.Message });
        }
    }
}

using Aspire.Hosting.ApplicationModel;
using KvStore.Client;

namespace KvStore.Hosting;

/// <summary>A client for one command: of the nodes that run now, a given one first.</summary>
internal static class ClusterDoor
{
    /// <summary>How often it is asked whether a member is seen dead.</summary>
    private static readonly TimeSpan LookInterval = TimeSpan.FromMilliseconds(250);

    /// <summary>Failure detection takes some seconds; who is not seen dead after this is alive, whatever became of its process here.</summary>
    private static readonly TimeSpan SeenDeadMax = TimeSpan.FromSeconds(60);

    /// <summary>A node that takes longer is passed over.</summary>
    private static readonly TimeSpan AnswerMax = TimeSpan.FromSeconds(10);

    /// <param name="cluster">Whose nodes are asked.</param>
    /// <param name="node">Asked first where it runs.</param>
    /// <param name="context">Of the command.</param>
    /// <returns>Null where no node runs.</returns>
    public static async Task<KvClient?> OpenAsync(KvStoreResource cluster, ProjectResource node, ExecuteCommandContext context)
    {
        List<Uri> addresses = [];
        foreach (var each in cluster.AllNodes.OrderBy(each => each != node))
        {
            var endpoint = each.GetEndpoint(KvStoreResource.GrpcEndpointName);
            if (endpoint.IsAllocated && NodeLife.Runs(await NodeLife.LookAsync(each, context)))
            {
                addresses.Add(new Uri(endpoint.Url));
            }
        }
        return addresses.Count == 0
            ? null
            : new KvClient(new KvClientOptions { Endpoints = addresses, AttemptsMax = addresses.Count, RequestTimeout = AnswerMax });
    }

    /// <summary>Waits until the members see a member dead, or know none of that name: no other may be removed or replaced.</summary>
    /// <returns>Null, or why it was waited for in vain.</returns>
    /// <exception cref="KvException">No node answers.</exception>
    public static async Task<string?> WaitUntilSeenDeadAsync(KvClient client, string name, CancellationToken cancellationToken)
    {
        using var limit = CancellationTokenSource.CreateLinkedTokenSource(cancellationToken);
        limit.CancelAfter(SeenDeadMax);
        using var timer = new PeriodicTimer(LookInterval);
        try
        {
            while ((await client.Cluster.GetStatusAsync(limit.Token)).Peers.Any(peer => peer.Name == name && peer.Liveness != "dead"))
            {
                await timer.WaitForNextTickAsync(limit.Token);
            }
            return null;
        }
        catch (OperationCanceledException) when (!cancellationToken.IsCancellationRequested)
        {
            return $"The other members have not seen {name} dead within {SeenDeadMax.TotalSeconds:0} s.";
        }
    }
}

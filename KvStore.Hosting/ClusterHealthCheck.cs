using Aspire.Hosting.ApplicationModel;
using KvStore.Client;
using Microsoft.Extensions.Diagnostics.HealthChecks;

namespace KvStore.Hosting;

/// <summary>Asks every node how it is and one that serves who owns what; <see cref="SlotMajorities"/> says what that means.</summary>
internal sealed class ClusterHealthCheck(KvStoreResource cluster) : IHealthCheck, IDisposable
{
    private const string Serving = "serving";

    /// <summary>A node that takes longer is told not to serve.</summary>
    private static readonly TimeSpan AnswerMax = TimeSpan.FromSeconds(2);

    private readonly Lock _sync = new();
    private readonly Dictionary<ProjectResource, KvClient> _clients = [];

    public async Task<HealthCheckResult> CheckHealthAsync(HealthCheckContext context, CancellationToken cancellationToken = default)
    {
        var clients = Clients();
        if (clients.Count == 0)
        {
            return HealthCheckResult.Unhealthy("The nodes have no ports yet.");
        }
        var found = await Task.WhenAll(clients.Select(client => StatusAsync(client, cancellationToken)));
        var serving = found.OfType<MemberStatus>().Where(status => status.State == Serving).Select(status => status.Id).ToHashSet();
        var topology = await TopologyAsync(clients.Where((_, index) => found[index]?.State == Serving), cancellationToken);
        return SlotMajorities.Check(topology, serving);
    }

    public void Dispose()
    {
        foreach (var client in _clients.Values)
        {
            client.Dispose();
        }
    }

    private static async Task<MemberStatus?> StatusAsync(KvClient client, CancellationToken cancellationToken)
    {
        try
        {
            return await client.Cluster.GetStatusAsync(cancellationToken);
        }
        catch (KvException)
        {
            return null; // it does not serve, whatever the reason: its own health check tells that
        }
    }

    /// <summary>As the first sees it that answers.</summary>
    private static async Task<ClusterTopology?> TopologyAsync(IEnumerable<KvClient> clients, CancellationToken cancellationToken)
    {
        foreach (var client in clients)
        {
            try
            {
                return await client.Cluster.GetTopologyAsync(cancellationToken);
            }
            catch (KvException)
            {
                // It has gone since it said how it is. The next may be there.
            }
        }
        return null;
    }

    /// <summary>One for each node that has a port, in their order.</summary>
    private List<KvClient> Clients()
    {
        lock (_sync)
        {
            foreach (var node in cluster.AllNodes)
            {
                var endpoint = node.GetEndpoint(KvStoreResource.GrpcEndpointName);
                if (endpoint.IsAllocated && !_clients.ContainsKey(node))
                {
                    _clients[node] = new KvClient(new KvClientOptions { Endpoints = [new Uri(endpoint.Url)], RequestTimeout = AnswerMax });
                }
            }
            return [.. cluster.AllNodes.Where(_clients.ContainsKey).Select(node => _clients[node])];
        }
    }
}

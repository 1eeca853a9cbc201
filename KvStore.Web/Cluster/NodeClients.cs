using System.Collections.Concurrent;
using KvStore.Client;

namespace KvStore.Web.Cluster;

/// <summary>Clients for what people do on the page: one through each node, and one that may use any.</summary>
internal sealed class NodeClients(ClusterWatch watch) : IDisposable
{
    /// <summary>Longer than a member gives itself, so that its own answer arrives and says what became of the operation.</summary>
    private static readonly TimeSpan RequestTimeout = TimeSpan.FromSeconds(15);

    private readonly ConcurrentDictionary<string, KvClient> _clients = new();

    /// <summary>A client that asks this node only.</summary>
    /// <exception cref="InvalidOperationException">No more nodes than are watched can be asked.</exception>
    public KvClient Through(Uri address) => _clients.Count < NodeAddresses.CountMax || _clients.ContainsKey(address.Authority)
        ? _clients.GetOrAdd(address.Authority, _ => Make([address]))
        : throw new InvalidOperationException($"More than {NodeAddresses.CountMax} nodes were asked.");

    /// <summary>A client that asks any node that answers; null if none is known.</summary>
    public KvClient? ThroughAny()
    {
        MemberView? member = watch.Latest.Members
            .Where(candidate => candidate.GrpcAddress is not null)
            .OrderByDescending(candidate => candidate.Serves && candidate.Reachability == Reachability.Reachable)
            .FirstOrDefault();
        return member is null ? null : Through(member.GrpcAddress!);
    }

    public void Dispose()
    {
        foreach (KvClient client in _clients.Values)
        {
            client.Dispose();
        }
    }

    private static KvClient Make(IReadOnlyList<Uri> endpoints) =>
        new(new KvClientOptions { Endpoints = endpoints, RequestTimeout = RequestTimeout });
}

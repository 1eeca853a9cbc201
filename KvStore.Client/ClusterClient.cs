using System.Runtime.CompilerServices;
using KvStore.Client.Calls;
using Wire = KvStore.Protocol;

namespace KvStore.Client;

/// <summary>
/// The cluster as one of the client's members sees it. Reached through <see cref="KvClient.Cluster"/>. Everything here is a
/// read and throws <see cref="KvException"/> when no member that was asked answered.
/// </summary>
public sealed class ClusterClient
{
    private readonly MemberCalls _calls;

    internal ClusterClient(MemberCalls calls) => _calls = calls;

    /// <summary>The topology now.</summary>
    public async Task<ClusterTopology> GetTopologyAsync(CancellationToken cancellationToken = default)
    {
        Reply<Wire.Topology> reply = await _calls.AskAsync(
            Operation.GetTopology,
            new Wire.GetTopologyRequest(),
            static (endpoint, request, options) => endpoint.Cluster.GetTopologyAsync(request, options),
            cancellationToken).ConfigureAwait(false);
        return WireCluster.Topology(reply.OrThrow());
    }

    /// <summary>
    /// The topology now, and again whenever it changes. Ends only by cancellation or by an exception, when no member that was
    /// asked keeps the stream going. After a change of members an older epoch than the last may come first.
    /// </summary>
    public async IAsyncEnumerable<ClusterTopology> WatchTopologyAsync(
        [EnumeratorCancellation] CancellationToken cancellationToken = default)
    {
        IAsyncEnumerable<Wire.Topology> topologies = _calls.StreamAsync(
            Operation.WatchTopology,
            static () => new Wire.GetTopologyRequest(),
            static (endpoint, request, options) => endpoint.Cluster.WatchTopology(request, options),
            isPrompt: false,
            cancellationToken);
        await foreach (Wire.Topology topology in topologies.ConfigureAwait(false))
        {
            yield return WireCluster.Topology(topology);
        }
    }

    /// <summary>How the member that answers is. Which one that is, with several endpoints, is in the answer.</summary>
    public async Task<MemberStatus> GetStatusAsync(CancellationToken cancellationToken = default)
    {
        Reply<Wire.MemberStatus> reply = await _calls.AskAsync(
            Operation.GetStatus,
            new Wire.GetStatusRequest(),
            static (endpoint, request, options) => endpoint.Cluster.GetStatusAsync(request, options),
            cancellationToken).ConfigureAwait(false);
        return WireCluster.Status(reply.OrThrow());
    }

    /// <summary>Where a key lives, what each replica holds, and what a read at this level answers.</summary>
    public async Task<KeyExplanation> ExplainAsync(
        KvKey key,
        Consistency consistency = default,
        CancellationToken cancellationToken = default)
    {
        Wire.ExplainRequest request = new()
        {
            Key = WireRequests.Bytes(key.Bytes),
            Consistency = WireRequests.Of(_calls.LevelOf(consistency)),
        };
        Reply<Wire.Explanation> reply = await _calls.AskAsync(
            Operation.Explain,
            request,
            static (endpoint, sent, options) => endpoint.Cluster.ExplainAsync(sent, options),
            cancellationToken).ConfigureAwait(false);
        return WireCluster.Explanation(reply.OrThrow());
    }
}

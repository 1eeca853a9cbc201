using System.Globalization;
using KvStore.Tests.Cluster;
using KvStore.Tests.FrontEnds.Resp;
using KvStore.Tests.Storage;
using Xunit;

namespace KvStore.Tests.Interop;

/// <summary>Three nodes with the Redis protocol in cluster mode, started when the first test asks for them. Whoever kills one starts it again.</summary>
public sealed class RedisCluster : IAsyncDisposable
{
    private readonly TemporaryDirectory _data = new();
    private RunningCluster? _cluster;

    public async ValueTask DisposeAsync()
    {
        if (_cluster is not null)
        {
            await _cluster.DisposeAsync();
        }

        _data.Dispose();
    }

    internal async Task<RunningCluster> StartedAsync() => _cluster ??= await RunningCluster.StartAsync(
        _data.Path, new Dictionary<string, string> { ["KvStore__Resp__Cluster"] = "true" }, TestContext.Current.CancellationToken);

    /// <summary>Where a node speaks the protocol. By then all nodes send clients to all three: each sees for itself who serves, and may be late.</summary>
    internal async Task<string> PortAsync(string node)
    {
        RunningCluster cluster = await StartedAsync();
        await Eventually.IsAsync("all nodes send clients to the same three", true, _ => AgreeAsync(cluster), TestContext.Current.CancellationToken);
        return cluster.RedisEndPoint(node).Port.ToString(CultureInfo.InvariantCulture);
    }

    private static async Task<bool> AgreeAsync(RunningCluster cluster)
    {
        HashSet<string> told = [];
        foreach (string node in RunningCluster.Nodes)
        {
            await using RespTalk talk = await RespTalk.ConnectAsync(cluster.RedisEndPoint(node));
            told.Add(await talk.AskAsync("CLUSTER SLOTS"));
        }

        return told.Count == 1 && RunningCluster.Nodes.All(node => told.Single().Contains($":{cluster.RedisEndPoint(node).Port},", StringComparison.Ordinal));
    }
}

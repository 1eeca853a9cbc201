using System.Globalization;
using KvStore.Tests.Cluster;
using KvStore.Tests.Storage;

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

    /// <summary>Where a node speaks the protocol.</summary>
    internal async Task<string> PortAsync(string node) => (await StartedAsync()).RedisEndPoint(node).Port.ToString(CultureInfo.InvariantCulture);
}

using System.Text.Json;
using KvStore.Tests.Storage;

namespace KvStore.Tests.Cluster;

/// <summary>What the nodes' pages say of each other while one of them is killed and comes back.</summary>
[Collection(nameof(RealProcesses))]
public sealed class LivenessTests : IDisposable
{
    private static readonly Dictionary<string, string> NoEnvironment = [];

    private readonly TemporaryDirectory _data = new();
    private readonly CancellationToken _cancellation = TestContext.Current.CancellationToken;

    [Fact]
    public async Task A_killed_node_is_seen_dead_by_every_other_and_alive_again_in_its_next_life()
    {
        await using RunningCluster cluster = await RunningCluster.StartAsync(_data.Path, NoEnvironment, _cancellation);
        foreach (string observer in RunningCluster.Nodes)
        {
            await SeesAsync(cluster, observer, "start", "alive alive");
        }

        await cluster.KillAsync("node3", _cancellation);
        foreach (string observer in new[] { "node1", "node2" })
        {
            await SeesAsync(cluster, observer, "node3 is killed", "alive dead");
        }

        await cluster.StartNodeAsync("node3", RunningCluster.Nodes, _cancellation);
        foreach (string observer in RunningCluster.Nodes)
        {
            await SeesAsync(cluster, observer, "node3 is back", "alive alive");
        }

        using JsonDocument status = await GetAsync(cluster, "node1", "/admin/status", _cancellation);
        string[] ofNode3 = [.. status.RootElement.GetProperty("livenessEvents").EnumerateArray()
            .Where(entry => entry.GetProperty("member").GetString() == "node3")
            .Select(entry => entry.GetProperty("liveness").GetString()!)];
        Assert.Contains("dead", ofNode3);
        Assert.Equal("alive", ofNode3[^1]);
    }

    public void Dispose() => _data.Dispose();

    private Task SeesAsync(RunningCluster cluster, string observer, string phase, string expected) => Eventually.IsAsync(
        $"{phase}: what {observer} sees",
        expected,
        async limit =>
        {
            using JsonDocument page = await GetAsync(cluster, observer, "/cluster", limit);
            return string.Join(' ', page.RootElement.GetProperty("members").EnumerateArray()
                .Where(member => member.TryGetProperty("link", out _))
                .Select(member => member.GetProperty("link").GetProperty("liveness").GetString()));
        },
        _cancellation);

    private static async Task<JsonDocument> GetAsync(RunningCluster cluster, string node, string address, CancellationToken cancellationToken) =>
        JsonDocument.Parse(await cluster.Http(node).GetStringAsync(address, cancellationToken));
}

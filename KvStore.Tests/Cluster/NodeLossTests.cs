using System.Net.Http;
using KvStore.Client;
using KvStore.Tests.Storage;
using Xunit;

namespace KvStore.Tests.Cluster;

/// <summary>kill -9, with replication 3 on three nodes: one may be missing at quorum, two may not.</summary>
[Collection(nameof(RealProcesses))]
public sealed class NodeLossTests : IDisposable
{
    private static readonly Dictionary<string, string> NoEnvironment = [];

    private readonly TemporaryDirectory _data = new();
    private readonly CancellationToken _cancellation = TestContext.Current.CancellationToken;

    [Fact]
    public async Task One_node_after_the_other_is_killed_and_started_again_while_writes_go_on_without_an_error()
    {
        const int WritesPerPhase = 200;
        await using RunningCluster cluster = await RunningCluster.StartAsync(_data.Path, NoEnvironment, _cancellation);
        List<string> acknowledged = [];
        foreach (string killed in new[] { "node3", "node1" })
        {
            string[] left = [.. RunningCluster.Nodes.Where(node => node != killed)];
            await using WriteLoad load = new($"without-{killed}", [.. left.Select(cluster.Grpc)]);

            await load.WaitForMoreAsync($"before {killed} is killed", WritesPerPhase, _cancellation);
            await cluster.KillAsync(killed, _cancellation);
            await load.WaitForMoreAsync($"without {killed}", WritesPerPhase, _cancellation);
            await cluster.StartNodeAsync(killed, RunningCluster.Nodes, _cancellation);
            await load.WaitForMoreAsync($"with {killed} again", WritesPerPhase, _cancellation);

            acknowledged.AddRange(await load.StopAsync());
            Assert.Empty(load.Failures);
            foreach (string reader in RunningCluster.Nodes)
            {
                Assert.Empty(await WriteLoad.MissingAsync(cluster.Grpc(reader), acknowledged, _cancellation));
            }
        }
    }

    [Fact]
    public async Task With_two_of_three_killed_the_last_refuses_until_one_is_back()
    {
        await using RunningCluster cluster = await RunningCluster.StartAsync(_data.Path, NoEnvironment, _cancellation);
        await cluster.Grpc("node2").PutAsync("kept", "value", cancellationToken: _cancellation);
        await cluster.KillAsync("node2", _cancellation);
        await cluster.KillAsync("node3", _cancellation);
        await Eventually.IsAsync("two killed: links of node1", "", limit => cluster.LinkedAsync("node1", limit), _cancellation);

        await AssertRefusedOverHttpAsync(cluster.Http("node1"));
        await AssertRefusedOverGrpcAsync(cluster.Grpc("node1"));

        await cluster.StartNodeAsync("node3", ["node1", "node3"], _cancellation);
        foreach (KvClient client in new[] { cluster.Grpc("node1"), cluster.Grpc("node3") })
        {
            Assert.Equal("value", (await client.GetAsync("kept", cancellationToken: _cancellation))?.Text);
            Assert.Null(await client.GetAsync("refused-put", cancellationToken: _cancellation));
            Assert.Null(await client.GetAsync("refused-counter", cancellationToken: _cancellation));
        }
    }

    public void Dispose() => _data.Dispose();

    private async Task AssertRefusedOverHttpAsync(HttpClient client)
    {
        Answer refusedWrite = new("503", "quorum-unreachable", "not-applied");
        Answer refusedRead = new("503", "quorum-unreachable");

        Assert.Equal(refusedWrite, await Answer.OfHttpAsync(client, HttpMethod.Put, "/kv/refused-put", [1], _cancellation));
        Assert.Equal(refusedWrite, await Answer.OfHttpAsync(client, HttpMethod.Delete, "/kv/kept", body: null, _cancellation));
        Assert.Equal(refusedWrite, await Answer.OfHttpAsync(client, HttpMethod.Post, "/kv/refused-counter/increment", body: null, _cancellation));
        Assert.Equal(refusedRead, await Answer.OfHttpAsync(client, HttpMethod.Get, "/kv/kept", body: null, _cancellation));
        Assert.Equal(refusedRead, await Answer.OfHttpAsync(client, HttpMethod.Get, "/kv/never-written", body: null, _cancellation));
        Assert.Equal(refusedRead, await Answer.OfHttpAsync(client, HttpMethod.Get, "/kv?limit=10", body: null, _cancellation));
    }

    private async Task AssertRefusedOverGrpcAsync(KvClient client)
    {
        Answer refused = new("UNAVAILABLE", "quorum-unreachable", "not-applied");

        Assert.Equal(refused, await Answer.OfFailureAsync(client.PutAsync("refused-put", "value", cancellationToken: _cancellation)));
        Assert.Equal(refused, await Answer.OfFailureAsync(client.DeleteAsync("kept", cancellationToken: _cancellation)));
        Assert.Equal(refused, await Answer.OfFailureAsync(client.IncrementAsync("refused-counter", cancellationToken: _cancellation)));
        Assert.Equal(refused, await Answer.OfFailureAsync(client.GetAsync("kept", cancellationToken: _cancellation)));
        Assert.Equal(refused, await Answer.OfFailureAsync(client.GetAsync("never-written", cancellationToken: _cancellation)));
    }
}

using KvStore.Node;
using KvStore.Tests.Cluster;
using KvStore.Tests.FrontEnds;

namespace KvStore.Tests.Interop;

/// <summary>A stock client calls a node. Each test is a transcript: what the client printed is the assertion.</summary>
[Collection(nameof(RealProcesses))]
public sealed class StockClientOnNodeTests : IAsyncLifetime
{
    private const string Services = """
        grpc.health.v1.Health
        grpc.reflection.v1.ServerReflection
        grpc.reflection.v1alpha.ServerReflection
        kvstore.peer.v1.Peer
        kvstore.v1.Cluster
        kvstore.v1.Kv
        true
        NOT_FOUND
        """;

    private RunningNode _node = null!;

    public async ValueTask InitializeAsync() => _node = await RunningNode.StartAsync(new NodeOptions { ValueBytesMax = 16 << 20 });

    public ValueTask DisposeAsync() => _node.DisposeAsync();

    [Fact]
    public async Task It_puts_gets_increments_and_deletes() =>
        Assert.Equal("get: hello true\nincrement: 5\nbatch: hello absent\ndelete: true", await RunAsync("store"));

    [Fact]
    public async Task It_reads_the_detail_of_an_error() =>
        Assert.Equal("FAILED_PRECONDITION condition-failed OUTCOME_NOT_APPLIED true", await RunAsync("errors"));

    [Fact]
    public async Task It_scans_in_pages() => Assert.Equal("600 true", await RunAsync("scan"));

    [Fact]
    public async Task It_stores_a_value_of_16_MiB() => Assert.Equal("true", await RunAsync("large"));

    [Fact]
    public async Task It_watches_the_topology_until_it_cancels() => Assert.Equal("epoch 1\nCANCELLED", await RunAsync("watch"));

    [Fact]
    public async Task It_checks_and_watches_the_nodes_health()
    {
        await using StockProgram client = StockProgram.Start("node-client.js", $"{_node.GrpcEndPoint}", "health");
        Assert.Equal("SERVING", await client.LineAsync());
        Assert.Equal("NOT_FOUND", await client.LineAsync());
        Assert.Equal("watch: SERVING", await client.LineAsync());
        _node.StopAdmitting();
        Assert.Equal("watch: NOT_SERVING", await client.LineAsync());
        await _node.StopAsync();

        Assert.Equal("watch: NOT_SERVING", await client.EndAsync());
    }

    [Theory]
    [InlineData("reflection")]
    [InlineData("reflectionAlpha")]
    public async Task It_asks_what_the_node_serves(string scenario) => Assert.Equal(Services, await RunAsync(scenario));

    private Task<string> RunAsync(string scenario) => StockProgram.RunAsync("node-client.js", $"{_node.GrpcEndPoint}", scenario);
}

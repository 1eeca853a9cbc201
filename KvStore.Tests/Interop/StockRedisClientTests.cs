using KvStore.Node;
using KvStore.Node.Configuration;
using KvStore.Tests.Cluster;
using KvStore.Tests.FrontEnds;

namespace KvStore.Tests.Interop;

/// <summary>Three clients of Redis, as they are, call a node. Each test is a transcript: what the client printed is the assertion.</summary>
[Collection(nameof(RealProcesses))]
public sealed class StockRedisClientTests : IAsyncLifetime
{
    private RunningNode _node = null!;

    /// <summary>ioredis, node-redis in both versions of the protocol, and redis-py.</summary>
    public static TheoryData<string> Clients => ["ioredis", "redis", "redis3", "python"];

    public async ValueTask InitializeAsync() => _node = await RunningNode.StartAsync(new NodeOptions { Resp = new RespOptions { Port = 0 } });

    public ValueTask DisposeAsync() => _node.DisposeAsync();

    [Theory]
    [MemberData(nameof(Clients))]
    public async Task It_runs_commands(string client) => Assert.Equal(
        "OK hello null\n5 6 6\nOK [\"1\",\"2\",null]\n1 true 1\n4 0", await RunAsync(client, "commands"));

    [Theory]
    [MemberData(nameof(Clients))]
    public async Task It_reads_errors(string client) => Assert.Equal(
        "ERR unknown command 'NOSUCH', with args beginning with: \nERR wrong number of arguments for 'get' command\nERR value is not an integer or out of range\n"
            + "ERR unknown command 'LPUSH', with args beginning with: 'stock:list' 'a' ",
        await RunAsync(client, "errors"));

    [Theory]
    [MemberData(nameof(Clients))]
    public async Task It_pipelines(string client) => Assert.Equal("1000 true", await RunAsync(client, "pipeline"));

    [Theory]
    [MemberData(nameof(Clients))]
    public async Task It_understands_that_nothing_of_its_transaction_was_run(string client) =>
        Assert.Matches("^.*[Tt]here are no transactions: .*\n0 OK$", await RunAsync(client, "transaction"));

    [Theory]
    [MemberData(nameof(Clients))]
    public async Task Its_methods_understand_the_answers(string client) => Assert.Equal(
        "2\n{\"f\":\"1\",\"g\":\"2\"}\nOK\ntrue hash\n[\"stock:h\",\"stock:m\"] true 1", await RunAsync(client, "methods"));

    private Task<string> RunAsync(string client, string scenario) => StockProgram.RunRedisAsync($"{_node.RespEndPoint.Port}", client, scenario);
}

using KvStore.Tests.Cluster;

namespace KvStore.Tests.Interop;

/// <summary>Clients of Redis, as they are, call three nodes in cluster mode. What they print is the assertion.</summary>
[Collection(nameof(RealProcesses))]
public sealed class StockRedisClusterTests(RedisCluster shared) : IClassFixture<RedisCluster>
{
    /// <summary>ioredis, node-redis in both versions of the protocol, and redis-py.</summary>
    public static TheoryData<string> Clients => ["ioredisCluster", "redisCluster", "redisCluster3", "pythonCluster"];

    [Theory]
    [MemberData(nameof(Clients))]
    public async Task It_runs_commands(string client) => Assert.Equal(
        "OK hello null\n5 6 6\nOK [\"1\",\"2\",null]\n1 true 1\n4 0", await RunAsync(client, "commands"));

    [Theory]
    [MemberData(nameof(Clients))]
    public async Task It_sends_many_commands_at_once(string client) => Assert.Equal("1000 true", await RunAsync(client, "pipeline"));

    [Theory]
    [MemberData(nameof(Clients))]
    public async Task It_spreads_keys_over_all_nodes(string client) => Assert.Equal(
        "3 true\n1 hash\nOK\n[\"1\",\"2\"]", await RunAsync(client, "spread"));

    [Fact]
    public async Task Redis_cli_finds_every_slot_and_all_nodes_of_one_opinion()
    {
        StockNeed.IsThere("redis-cli");
        string found = await StockProgram.RunToolAsync("redis-cli", "--cluster", "check", $"127.0.0.1:{await shared.PortAsync("node1")}");
        Assert.Contains("[OK] All nodes agree about slots configuration.", found, StringComparison.Ordinal);
        Assert.Contains("[OK] All 16384 slots covered.", found, StringComparison.Ordinal);
        Assert.Equal(3, found.Split('\n').Count(line => line.Contains("M: ", StringComparison.Ordinal)));
    }

    [Fact]
    public async Task Redis_cli_is_sent_nowhere_else()
    {
        StockNeed.IsThere("redis-cli");
        foreach (string node in RunningCluster.Nodes)
        {
            Assert.Equal("OK", await StockProgram.RunToolAsync("redis-cli", "-c", "-p", await shared.PortAsync(node), "MSET", $"cli:{node}:a", "1", $"cli:{node}:b", "2"));
            Assert.Equal("1\n2", await StockProgram.RunToolAsync("redis-cli", "-c", "-p", await shared.PortAsync("node2"), "MGET", $"cli:{node}:a", $"cli:{node}:b"));
        }
    }

    [Fact]
    public async Task Redis_benchmark_spreads_its_load_without_an_error()
    {
        StockNeed.IsThere("redis-benchmark");
        string printed = await StockProgram.RunToolAsync(
            "redis-benchmark", "--cluster", "-e", "-p", await shared.PortAsync("node1"), "-t", "set,get,incr", "-n", "3000", "-c", "15", "-P", "4", "-r", "1000", "-q");
        StockRedisToolTests.AssertIsWithoutError(printed, "SET", "GET", "INCR");
        Assert.Contains("Cluster has 3 master nodes:", printed, StringComparison.Ordinal);
    }

    [Fact]
    public async Task Clients_of_the_others_get_no_wrong_answer_when_a_node_is_killed_under_load()
    {
        StockNeed.IsThere("redis-benchmark");
        StockGrpc.Require();
        RunningCluster cluster = await shared.StartedAsync();
        string one = await shared.PortAsync("node1");
        await using StockProgram load = StockProgram.StartTool("redis-benchmark", "-l", "-e", "-p", one, "-t", "set", "-n", "1000", "-c", "10", "-r", "1000", "-q");
        await using StockProgram loop = StockProgram.Start("redis-client.js", one, "ioredis", "loop", await shared.PortAsync("node2"));
        Assert.Equal("ready", await loop.LineAsync());
        await cluster.KillAsync("node3", TestContext.Current.CancellationToken);
        await loop.GoOnAsync();
        Assert.Equal("0 wrong", await loop.EndAsync());
        await cluster.StartNodeAsync("node3", RunningCluster.Nodes, TestContext.Current.CancellationToken);
    }

    private async Task<string> RunAsync(string client, string scenario)
    {
        StockProgram.RequireRedis(client);
        return await StockProgram.RunRedisAsync(await shared.PortAsync("node1"), client, scenario);
    }
}

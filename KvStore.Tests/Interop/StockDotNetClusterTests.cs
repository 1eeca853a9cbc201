using System.Net;
using KvStore.Tests.Cluster;
using KvStore.Tests.Storage;
using StackExchange.Redis;

namespace KvStore.Tests.Interop;

/// <summary>StackExchange.Redis, as it is, calls three nodes: in cluster mode, and as nodes of which any will do.</summary>
[Collection(nameof(RealProcesses))]
public sealed class StockDotNetClusterTests(RedisCluster shared) : IClassFixture<RedisCluster>
{
    private const int KeyCount = 300;

    private readonly CancellationToken _cancellation = TestContext.Current.CancellationToken;

    [Theory]
    [InlineData(2)]
    [InlineData(3)]
    public async Task It_brings_each_command_to_its_slots_first_owner(int protocol)
    {
        await using DotNetRedis redis = await DotNetRedis.ConnectAsync(protocol, (await StartedAsync()).RedisEndPoint("node1"));
        IServer[] servers = redis.Multiplexer.GetServers();
        Assert.Equal(3, servers.Length);
        Assert.All(servers, server => Assert.Equal((ServerType.Cluster, true, false), (server.ServerType, server.IsConnected, server.IsReplica)));
        ClusterConfiguration configuration = servers[0].ClusterConfiguration!;
        Assert.Equal(16_384, configuration.Nodes.Sum(node => node.Slots.Sum(range => range.To - range.From + 1)));

        IDatabase database = redis.Database;
        RedisKey[] keys = [.. Enumerable.Range(0, KeyCount).Select(i => (RedisKey)$"dotnet{protocol}:{i}")];
        await Task.WhenAll(keys.Select((key, i) => database.StringSetAsync(key, i)));
        Assert.Equal(Enumerable.Range(0, KeyCount), (await Task.WhenAll(keys.Select(key => database.StringGetAsync(key)))).Select(value => (int)value));
        HashSet<EndPoint> used = [];
        foreach (RedisKey key in keys)
        {
            EndPoint asked = (await database.IdentifyEndpointAsync(key))!;
            Assert.Equal(configuration.GetBySlot(key)!.EndPoint, asked);
            used.Add(asked);
        }

        Assert.Equal(3, used.Count);
        Assert.Equal(KeyCount, await database.KeyDeleteAsync(keys[..1]) + (await Task.WhenAll(keys[1..].Select(key => database.KeyDeleteAsync(key)))).Count(isDeleted => isDeleted));
        Assert.Empty(redis.Complaints);
    }

    [Fact]
    public async Task Its_commands_are_answered_in_cluster_mode_when_a_node_is_killed()
    {
        RunningCluster cluster = await StartedAsync();
        await using DotNetRedis redis = await ImpatientAsync(cluster, 3, "node1", "node2", "node3");
        await GoesOnWithoutNode3Async(redis, cluster);
        await cluster.StartNodeAsync("node3", RunningCluster.Nodes, _cancellation);
        await Eventually.IsAsync("node3 has a client again", true, _ => Task.FromResult(ServerAt(redis, cluster, "node3").IsConnected), _cancellation);
    }

    [Theory]
    [InlineData(2)]
    [InlineData(3)]
    public async Task Any_node_will_do_where_there_are_several_and_one_is_killed(int protocol)
    {
        using TemporaryDirectory data = new();
        await using RunningCluster cluster = await RunningCluster.StartAsync(data.Path, new Dictionary<string, string>(), _cancellation);
        await using DotNetRedis redis = await ImpatientAsync(cluster, protocol, "node3", "node1", "node2");
        Assert.All(redis.Multiplexer.GetServers(), server => Assert.Equal((ServerType.Standalone, true), (server.ServerType, server.IsConnected)));
        Assert.True(await redis.Database.PingAsync() >= TimeSpan.Zero);
        Assert.Empty(redis.Complaints);
        await GoesOnWithoutNode3Async(redis, cluster);
    }

    /// <summary>Counts before, while and after it is killed. Of what fails the count may be one higher from then on.</summary>
    private async Task GoesOnWithoutNode3Async(DotNetRedis redis, RunningCluster cluster)
    {
        const int Before = 100;
        IDatabase database = redis.Database;
        string[] keys = [.. Enumerable.Range(0, 20).Select(i => $"killed:{i}")];
        Dictionary<string, (long Least, long Most)> counts = keys.ToDictionary(key => key, _ => (0L, 0L));
        await database.KeyDeleteAsync(keys[0]);
        for (int i = 0; i < Before; i++)
        {
            Assert.Null(await CountAsync(database, keys[i % keys.Length], counts));
        }

        Task killing = cluster.KillAsync("node3", _cancellation);
        await Eventually.IsAsync(
            "each key is counted without node3",
            "20 of 20",
            async _ =>
            {
                string?[] failures = await Task.WhenAll(keys.Select(key => CountAsync(database, key, counts)));
                string failure = failures.FirstOrDefault(failure => failure is not null) is { } first ? $" ({first})" : "";
                return $"{(killing.IsCompleted ? failures.Count(failure => failure is null) : -1)} of {keys.Length}{failure}";
            },
            _cancellation);
        await killing;
        foreach (string key in keys)
        {
            Assert.InRange((long)await database.StringGetAsync(key), counts[key].Least, counts[key].Most);
        }
    }

    /// <returns>Why it was not counted; null if it was.</returns>
    private static async Task<string?> CountAsync(IDatabase database, string key, Dictionary<string, (long Least, long Most)> counts)
    {
        (long least, long most) = counts[key];
        try
        {
            long count = await database.StringIncrementAsync(key);
            Assert.InRange(count, least + 1, most + 1);
            counts[key] = (count, count);
            return null;
        }
        catch (Exception failure) when (failure is RedisException or RedisTimeoutException)
        {
            counts[key] = (least, most + 1);
            return failure.Message;
        }
    }

    private static IServer ServerAt(DotNetRedis redis, RunningCluster cluster, string node) => redis.Multiplexer.GetServer(cluster.RedisEndPoint(node));

    private async Task<RunningCluster> StartedAsync()
    {
        await shared.PortAsync("node1");
        return await shared.StartedAsync();
    }

    /// <summary>The client keeps commands for a node that is gone until its patience ends; the tests wait for several times of it.</summary>
    private static Task<DotNetRedis> ImpatientAsync(RunningCluster cluster, int protocol, params string[] nodes)
    {
        ConfigurationOptions options = DotNetRedis.OptionsOf(protocol, nodes.Select(cluster.RedisEndPoint));
        options.SyncTimeout = options.AsyncTimeout = (int)(Eventually.Deadline / 8).TotalMilliseconds; // what it keeps goes by the first
        return DotNetRedis.ConnectAsync(options);
    }
}

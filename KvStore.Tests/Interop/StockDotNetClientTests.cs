using KvStore.Node;
using KvStore.Node.Configuration;
using KvStore.Tests.Cluster;
using KvStore.Tests.FrontEnds;
using StackExchange.Redis;

namespace KvStore.Tests.Interop;

/// <summary>StackExchange.Redis, as it is, calls a node.</summary>
[Collection(nameof(RealProcesses))]
public sealed class StockDotNetClientTests : IAsyncLifetime
{
    private const int Old = 2;
    private const int New = 3;
    private const string Discarded = "EXECABORT There are no transactions: nothing of what came after MULTI was done.";

    private RunningNode _node = null!;

    public async ValueTask InitializeAsync() => _node = await RunningNode.StartAsync(new NodeOptions { Resp = new RespOptions { Port = 0, AllowFlush = true } });

    public ValueTask DisposeAsync() => _node.DisposeAsync();

    [Theory]
    [InlineData(Old)]
    [InlineData(New)]
    public async Task It_connects_and_complains_of_nothing(int protocol)
    {
        await using DotNetRedis redis = await ConnectAsync(protocol);
        IServer server = redis.Multiplexer.GetServers().Single();
        Assert.True(await redis.Database.PingAsync() >= TimeSpan.Zero);
        Assert.Equal((true, ServerType.Standalone, new Version(7, 4, 0), false), (server.IsConnected, server.ServerType, server.Version, server.IsReplica));
        Assert.Equal(protocol == New ? RedisProtocol.Resp3 : RedisProtocol.Resp2, server.Protocol);
        Assert.Empty(redis.Complaints);
    }

    [Theory]
    [InlineData(Old)]
    [InlineData(New)]
    public async Task Its_strings_expire_and_are_set_on_conditions(int protocol)
    {
        await using DotNetRedis redis = await ConnectAsync(protocol);
        IDatabase database = redis.Database;
        TimeSpan hour = TimeSpan.FromHours(1);
        Assert.True(await database.StringSetAsync("a", "1", hour));
        Assert.InRange((await database.KeyTimeToLiveAsync("a"))!.Value, TimeSpan.FromMinutes(59), hour);
        Assert.Equal((false, true), (await database.StringSetAsync("a", "2", when: When.NotExists), await database.StringSetAsync("a", "3", when: When.Exists)));
        Assert.Equal(["3", RedisValue.Null], await database.StringGetAsync(["a", "b"]));
        Assert.Equal("3", await database.StringGetSetAsync("a", "4"));
        Assert.Equal("4", await database.StringSetAndGetAsync("a", "5", hour, keepTtl: false, When.Always, CommandFlags.None));
        RedisValueWithExpiry with = await database.StringGetWithExpiryAsync("a");
        Assert.Equal("5", with.Value);
        Assert.InRange(with.Expiry!.Value, TimeSpan.FromMinutes(59), hour);
        Assert.True(await database.KeyPersistAsync("a"));
        Assert.Equal("5", await database.StringGetSetExpiryAsync("a", hour));
        Assert.Equal("5", await database.StringGetDeleteAsync("a"));
        Assert.False(await database.KeyExistsAsync("a"));
        Assert.Equal((5L, 4L), (await database.StringIncrementAsync("n", 5), await database.StringDecrementAsync("n")));
        Assert.Equal(4.5, await database.StringIncrementAsync("n", 0.5));
        Assert.True(await database.StringSetAsync([new("m1", "1"), new("m2", "2")]));
        Assert.Equal(["1", "2", RedisValue.Null], await database.StringGetAsync(["m1", "m2", "m3"]));
        Assert.Equal(3, await database.KeyDeleteAsync(["m1", "m2", "n"]));
        Assert.Empty(redis.Complaints);
    }

    [Theory]
    [InlineData(Old)]
    [InlineData(New)]
    public async Task It_reads_and_writes_hashes(int protocol)
    {
        await using DotNetRedis redis = await ConnectAsync(protocol);
        IDatabase database = redis.Database;
        await database.HashSetAsync("h", [new("f", "1"), new("g", "2")]);
        Assert.Equal([new HashEntry("f", "1"), new HashEntry("g", "2")], await database.HashGetAllAsync("h"));
        Assert.Equal((true, 5L, 3L), (await database.HashSetAsync("h", "k", "3"), await database.HashIncrementAsync("h", "f", 4), await database.HashLengthAsync("h")));
        Assert.Equal(["5", RedisValue.Null, "3"], await database.HashGetAsync("h", ["f", "absent", "k"]));
        Assert.Equal(["f", "g", "k"], await database.HashKeysAsync("h"));
        List<string> scanned = [];
        await foreach (HashEntry entry in database.HashScanAsync("h", "[fg]"))
        {
            scanned.Add($"{entry.Name}={entry.Value}");
        }

        Assert.Equal(["f=5", "g=2"], scanned);
        Assert.Equal(RedisType.Hash, await database.KeyTypeAsync("h"));
        Assert.True(await database.HashDeleteAsync("h", "f"));
        Assert.True(await database.KeyExpireAsync("h", TimeSpan.FromHours(1)));
        RedisServerException refused = await Assert.ThrowsAsync<RedisServerException>(() => database.StringIncrementAsync("h"));
        Assert.Equal("WRONGTYPE", refused.Message.Split(' ')[0]);
        await redis.ComplainsOnlyOfAsync(refused, TestContext.Current.CancellationToken);
    }

    [Theory]
    [InlineData(Old)]
    [InlineData(New)]
    public async Task Thousands_of_commands_are_answered_in_the_order_in_which_they_were_sent(int protocol)
    {
        const int Count = 5_000;
        await using DotNetRedis redis = await ConnectAsync(protocol);
        IDatabase database = redis.Database;
        Task<long>[] counted = [.. Enumerable.Range(0, Count).Select(_ => database.StringIncrementAsync("counted"))];
        Task<RedisValue>[] read = [.. Enumerable.Range(0, Count).Select(i =>
        {
            _ = database.StringSetAsync($"p{i % 50}", i, flags: CommandFlags.FireAndForget);
            return database.StringGetAsync($"p{i % 50}");
        })];
        Assert.Equal(Enumerable.Range(1, Count).Select(i => (long)i), await Task.WhenAll(counted));
        Assert.Equal(Enumerable.Range(0, Count), (await Task.WhenAll(read)).Select(value => (int)value));
        IBatch batch = database.CreateBatch();
        Task<long>[] batched = [.. Enumerable.Range(0, Count).Select(_ => batch.StringIncrementAsync("counted"))];
        batch.Execute();
        Assert.Equal(Enumerable.Range(Count + 1, Count).Select(i => (long)i), await Task.WhenAll(batched));
        Assert.Empty(redis.Complaints);
    }

    [Theory]
    [InlineData(Old)]
    [InlineData(New)]
    public async Task Its_values_may_be_as_big_as_a_node_takes(int protocol)
    {
        await using DotNetRedis redis = await ConnectAsync(protocol);
        byte[] value = new byte[new NodeOptions().ValueBytesMax];
        new Random(1).NextBytes(value);
        Assert.True(await redis.Database.StringSetAsync("big", value));
        Assert.Equal(value, (byte[]?)await redis.Database.StringGetAsync("big"));
        Assert.Equal(value[^10..], (byte[]?)await redis.Database.StringGetRangeAsync("big", -10, -1));
        RedisServerException refused = await Assert.ThrowsAsync<RedisServerException>(() => redis.Database.StringSetAsync("big", (byte[])[.. value, 1]));
        Assert.Contains("KvStore:ValueBytesMax", refused.Message, StringComparison.Ordinal);
        Assert.Equal(value.Length, await redis.Database.StringLengthAsync("big"));
        await redis.ComplainsOnlyOfAsync(refused, TestContext.Current.CancellationToken);
    }

    [Theory]
    [InlineData(Old)]
    [InlineData(New)]
    public async Task It_asks_a_server_for_its_keys_and_how_it_is(int protocol)
    {
        ConfigurationOptions options = DotNetRedis.OptionsOf(protocol, _node.RespEndPoint);
        options.AllowAdmin = true;
        await using ConnectionMultiplexer multiplexer = await ConnectionMultiplexer.ConnectAsync(options);
        IServer server = multiplexer.GetServers().Single();
        IDatabase database = multiplexer.GetDatabase();
        await Task.WhenAll(Enumerable.Range(0, 300).Select(i => database.StringSetAsync($"scan:{i:000}", i)));
        List<string> keys = [];
        await foreach (RedisKey key in server.KeysAsync(pattern: "scan:*5", pageSize: 20))
        {
            keys.Add(key.ToString());
        }

        Assert.Equal(Enumerable.Range(0, 30).Select(i => $"scan:{(10 * i) + 5:000}"), keys);
        Assert.Equal(300, await server.DatabaseSizeAsync());
        Assert.Equal("hello", await server.EchoAsync("hello"));
        Assert.Equal([new KeyValuePair<string, string>("databases", "1")], await server.ConfigGetAsync("databases"));
        Assert.Contains(await server.InfoAsync("server"), section => section.Any(line => line is { Key: "redis_version", Value: "7.4.0" }));
        Assert.All(await server.ClientListAsync(), client => Assert.Equal(("stock", "SE.Redis"), (client.Name, client.LibraryName)));
        Assert.Equal(["k"], await server.CommandGetKeysAsync(["GET", "k"]));
        Assert.True(await server.CommandCountAsync() > 50);
        Assert.Empty(await server.SlowlogGetAsync());
        await server.FlushDatabaseAsync();
        Assert.Equal(0, await server.DatabaseSizeAsync());
    }

    [Theory]
    [InlineData(Old)]
    [InlineData(New)]
    public async Task A_lock_is_taken_made_longer_and_let_go_of_by_whoever_has_it(int protocol)
    {
        await using DotNetRedis redis = await ConnectAsync(protocol);
        IDatabase database = redis.Database;
        TimeSpan hour = TimeSpan.FromHours(1);
        Assert.True(await database.LockTakeAsync("lock", "mine", TimeSpan.FromMinutes(1)));
        Assert.False(await database.LockTakeAsync("lock", "theirs", hour));
        Assert.Equal("mine", await database.LockQueryAsync("lock"));
        Assert.False(await database.StringSetAsync("lock", "theirs", hour, ValueCondition.Equal("theirs")));
        Assert.True(await database.StringSetAsync("lock", "mine", hour, ValueCondition.Equal("mine")));
        Assert.InRange((await database.KeyTimeToLiveAsync("lock"))!.Value, TimeSpan.FromMinutes(59), hour);
        Assert.False(await database.StringDeleteAsync("lock", ValueCondition.Equal("theirs")));
        Assert.Empty(redis.Complaints);

        // Its own ways to do that are transactions, unless the lock is another's.
        Assert.False(await database.LockReleaseAsync("lock", "theirs"));
        Assert.Equal(Discarded, (await Assert.ThrowsAsync<RedisServerException>(() => database.LockReleaseAsync("lock", "mine"))).Message);
        Assert.Equal(Discarded, (await Assert.ThrowsAsync<RedisServerException>(() => database.LockExtendAsync("lock", "mine", hour))).Message);
        Assert.Equal("mine", await database.LockQueryAsync("lock"));
        Assert.True(await database.StringDeleteAsync("lock", ValueCondition.Equal("mine")));
        Assert.False(await database.KeyExistsAsync("lock"));
    }

    [Theory]
    [InlineData(Old)]
    [InlineData(New)]
    public async Task What_there_is_not_is_refused_and_nothing_of_it_is_done(int protocol)
    {
        await using DotNetRedis redis = await ConnectAsync(protocol);
        IDatabase database = redis.Database;
        RedisServerException script = await Assert.ThrowsAsync<RedisServerException>(() => database.ScriptEvaluateAsync("return redis.call('set', KEYS[1], 1)", ["script"]));
        Assert.StartsWith("ERR unknown command 'EVAL", script.Message, StringComparison.Ordinal);
        foreach (Condition[] conditions in new Condition[][] { [], [Condition.KeyNotExists("transaction")] })
        {
            ITransaction transaction = database.CreateTransaction();
            Array.ForEach(conditions, condition => transaction.AddCondition(condition));
            Task<bool> set = transaction.StringSetAsync("transaction", "1");
            Task<long> increment = transaction.StringIncrementAsync("transaction");
            Assert.Equal(Discarded, (await Assert.ThrowsAsync<RedisServerException>(() => transaction.ExecuteAsync())).Message);
            Assert.Equal(Discarded, (await Assert.ThrowsAsync<RedisServerException>(() => set)).Message);
            Assert.Equal(Discarded, (await Assert.ThrowsAsync<RedisServerException>(() => increment)).Message);
            Assert.False(await database.KeyExistsAsync("transaction"));
        }

        Assert.False(await database.KeyExistsAsync("script"));
        RedisServerException publish = await Assert.ThrowsAsync<RedisServerException>(() => redis.Multiplexer.GetSubscriber().PublishAsync(RedisChannel.Literal("news"), "1"));
        Assert.StartsWith("ERR unknown command 'PUBLISH'", publish.Message, StringComparison.Ordinal);
        Assert.True(redis.Multiplexer.IsConnected);
    }

    private Task<DotNetRedis> ConnectAsync(int protocol) => DotNetRedis.ConnectAsync(protocol, _node.RespEndPoint);
}

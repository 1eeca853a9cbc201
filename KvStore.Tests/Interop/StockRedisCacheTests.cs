using System.Buffers;
using System.Text;
using KvStore.Node;
using KvStore.Node.Configuration;
using KvStore.Tests.Cluster;
using KvStore.Tests.FrontEnds;
using KvStore.Tests.FrontEnds.Resp;
using Microsoft.Extensions.Caching.Distributed;
using Microsoft.Extensions.Caching.Hybrid;
using Microsoft.Extensions.DependencyInjection;

namespace KvStore.Tests.Interop;

/// <summary>Microsoft's RedisCache and HybridCache, as applications add them, keep what they cache at a node.</summary>
[Collection(nameof(RealProcesses))]
public sealed class StockRedisCacheTests : IAsyncLifetime
{
    private static readonly byte[] Value = Encoding.UTF8.GetBytes("cached");

    private RunningNode _node = null!;

    /// <summary>The version of the protocol, and whether the node is in cluster mode.</summary>
    public static TheoryData<int, bool> Ways => new() { { 2, false }, { 3, false }, { 3, true } };

    private static CancellationToken Cancellation => TestContext.Current.CancellationToken;

    public async ValueTask InitializeAsync() => _node = await RunningNode.StartAsync(new NodeOptions { Resp = new RespOptions { Port = 0 } });

    public ValueTask DisposeAsync() => _node.DisposeAsync();

    [Theory]
    [MemberData(nameof(Ways))]
    public async Task What_is_set_is_there_until_it_is_removed(int protocol, bool clusterMode)
    {
        await using RunningNode node = await RunningNode.StartAsync(new NodeOptions { Resp = new RespOptions { Port = 0, Cluster = clusterMode } });
        await using ServiceProvider services = ServicesOf(node, protocol);
        IDistributedCache cache = services.GetRequiredService<IDistributedCache>();
        Assert.Null(await cache.GetAsync("k", Cancellation));
        await cache.SetAsync("k", Value, new DistributedCacheEntryOptions(), Cancellation);
        Assert.Equal(Value, await cache.GetAsync("k", Cancellation));
        cache.Set("k", [.. Value, .. Value]);
        Assert.Equal((byte[])[.. Value, .. Value], cache.Get("k"));
        byte[] big = new byte[500_000];
        new Random(1).NextBytes(big);
        await cache.SetAsync("big", big, Cancellation);
        Assert.Equal(big, await cache.GetAsync("big", Cancellation));
        await cache.RemoveAsync("k", Cancellation);
        Assert.Null(cache.Get("k"));
        cache.Remove("big");
        Assert.Null(await cache.GetAsync("big", Cancellation));
    }

    [Theory]
    [InlineData(2)]
    [InlineData(3)]
    public async Task What_is_to_expire_expires_then_and_not_before(int protocol)
    {
        await using ServiceProvider services = ServicesOf(_node, protocol);
        IDistributedCache cache = services.GetRequiredService<IDistributedCache>();
        await using RespTalk talk = await RespTalk.ConnectAsync(_node);
        await cache.SetAsync("absolute", Value, new DistributedCacheEntryOptions { AbsoluteExpirationRelativeToNow = TimeSpan.FromHours(1) }, Cancellation);
        Assert.InRange(await TimeToLiveAsync(talk, "absolute"), 3_500, 3_600);
        await cache.SetAsync("sliding", Value, new DistributedCacheEntryOptions { SlidingExpiration = TimeSpan.FromMinutes(10) }, Cancellation);
        Assert.InRange(await TimeToLiveAsync(talk, "sliding"), 500, 600);
        await cache.SetAsync(
            "both", Value, new DistributedCacheEntryOptions { AbsoluteExpirationRelativeToNow = TimeSpan.FromHours(1), SlidingExpiration = TimeSpan.FromMinutes(10) }, Cancellation);
        Assert.InRange(await TimeToLiveAsync(talk, "both"), 500, 600);

        // Reading or refreshing slides what slides, and nothing else.
        foreach (string key in new[] { "absolute", "sliding", "both" })
        {
            Assert.Equal(":1", await talk.AskAsync($"EXPIRE app:{key} 100"));
        }

        Assert.Equal(Value, await cache.GetAsync("sliding", Cancellation));
        await cache.RefreshAsync("both", Cancellation);
        await cache.RefreshAsync("absolute", Cancellation);
        Assert.InRange(await TimeToLiveAsync(talk, "sliding"), 500, 600);
        Assert.InRange(await TimeToLiveAsync(talk, "both"), 500, 600);
        Assert.InRange(await TimeToLiveAsync(talk, "absolute"), 0, 100);

        await cache.SetAsync("soon", Value, new DistributedCacheEntryOptions { AbsoluteExpirationRelativeToNow = TimeSpan.FromSeconds(1) }, Cancellation);
        await Eventually.IsAsync("it expires", true, async limit => await cache.GetAsync("soon", limit) is null, Cancellation);
    }

    [Fact]
    public async Task It_is_kept_as_a_hash_as_in_Redis()
    {
        await using ServiceProvider services = ServicesOf(_node, 3);
        await services.GetRequiredService<IDistributedCache>().SetAsync("hash", Value, new DistributedCacheEntryOptions { SlidingExpiration = TimeSpan.FromMinutes(10) }, Cancellation);
        await using RespTalk talk = await RespTalk.ConnectAsync(_node);
        Assert.Equal("[$absexp, $-1, $sldexp, $6000000000, $data, $cached]", await talk.AskAsync("HGETALL app:hash"));
    }

    [Fact]
    public async Task It_reads_and_writes_buffers()
    {
        await using ServiceProvider services = ServicesOf(_node, 3);
        IBufferDistributedCache cache = Assert.IsType<IBufferDistributedCache>(services.GetRequiredService<IDistributedCache>(), exactMatch: false);
        await cache.SetAsync("buffer", new ReadOnlySequence<byte>(Value), new DistributedCacheEntryOptions(), Cancellation);
        ArrayBufferWriter<byte> read = new();
        Assert.True(await cache.TryGetAsync("buffer", read, Cancellation));
        Assert.Equal(Value, read.WrittenSpan);
        Assert.False(await cache.TryGetAsync("buffer:absent", read, Cancellation));
    }

    [Fact]
    public async Task A_hybrid_cache_finds_what_another_made()
    {
        await using ServiceProvider services = ServicesOf(_node, 3);
        await using ServiceProvider others = ServicesOf(_node, 3);
        HybridCache cache = services.GetRequiredService<HybridCache>();
        HybridCache other = others.GetRequiredService<HybridCache>();
        Assert.Equal("made", await cache.GetOrCreateAsync("hybrid", _ => ValueTask.FromResult("made"), tags: ["tag"], cancellationToken: Cancellation));
        await using RespTalk talk = await RespTalk.ConnectAsync(_node);
        await Eventually.IsAsync("what was made is kept", ":1", _ => talk.AskAsync("EXISTS app:hybrid"), Cancellation); // it keeps it after it has given it
        Assert.Equal("made", await other.GetOrCreateAsync("hybrid", _ => ValueTask.FromResult("made again"), cancellationToken: Cancellation));
        await cache.RemoveAsync("hybrid", Cancellation);
        Assert.Equal("made anew", await cache.GetOrCreateAsync("hybrid", _ => ValueTask.FromResult("made anew"), cancellationToken: Cancellation));
    }

    private static ServiceProvider ServicesOf(RunningNode node, int protocol)
    {
        ServiceCollection services = new();
        services.AddStackExchangeRedisCache(options =>
        {
            options.ConfigurationOptions = DotNetRedis.OptionsOf(protocol, node.RespEndPoint);
            options.InstanceName = "app:";
        });
        services.AddHybridCache();
        return services.BuildServiceProvider();
    }

    private static async Task<long> TimeToLiveAsync(RespTalk talk, string key) =>
        long.Parse((await talk.AskAsync($"TTL app:{key}"))[1..], System.Globalization.CultureInfo.InvariantCulture);
}

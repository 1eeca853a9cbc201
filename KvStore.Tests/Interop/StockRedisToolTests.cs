using KvStore.Node;
using KvStore.Node.Configuration;
using KvStore.Tests.Cluster;
using KvStore.Tests.FrontEnds;

namespace KvStore.Tests.Interop;

/// <summary>redis-cli and redis-benchmark, as Debian has them, call a node. What they print is the assertion.</summary>
[Collection(nameof(RealProcesses))]
public sealed class StockRedisToolTests : IAsyncLifetime
{
    private RunningNode _node = null!;

    public async ValueTask InitializeAsync() => _node = await RunningNode.StartAsync(new NodeOptions { Resp = new RespOptions { Port = 0 } });

    public ValueTask DisposeAsync() => _node.DisposeAsync();

    [Theory]
    [InlineData("-2", "1) \"f\"\n2) \"v\"")]
    [InlineData("-3", "1# \"f\" => \"v\"")]
    public async Task Redis_cli_shows_every_kind_of_answer(string version, string hash)
    {
        Assert.Equal("OK", await CliAsync(version, "SET", "cli", "a b"));
        Assert.Equal("\"a b\"", await CliAsync(version, "GET", "cli"));
        Assert.Equal("(nil)", await CliAsync(version, "GET", "cli:absent"));
        Assert.Equal("(integer) 5", await CliAsync(version, "APPEND", "cli", "!!"));
        Assert.Equal("(integer) 1", await CliAsync(version, "HSET", "cli:hash", "f", "v"));
        Assert.Equal(hash, await CliAsync(version, "HGETALL", "cli:hash"));
        Assert.Equal("1) \"a b!!\"\n2) (nil)", await CliAsync(version, "MGET", "cli", "cli:absent"));
        Assert.Equal("(error) ERR value is not an integer or out of range", (await CliAsync(version, "INCR", "cli")).TrimEnd());
        Assert.Equal("\"cli\"\n\"cli:hash\"", await CliAsync(version, "--scan", "--pattern", "cli*"));
        Assert.Contains("redis_mode:standalone", await CliAsync(version, "INFO", "server"), StringComparison.Ordinal);
        Assert.Equal("(integer) 2", await CliAsync(version, "DEL", "cli", "cli:hash"));
    }

    [Theory]
    [InlineData("1")]
    [InlineData("32")]
    public async Task Redis_benchmark_runs_without_an_error(string pipeline) => AssertIsWithoutError(
        await StockProgram.RunToolAsync(
            "redis-benchmark", "-e", "-p", Port, "-t", "ping,set,get,incr,hset,mset", "-n", "2000", "-c", "10", "-P", pipeline, "-r", "500", "-d", "100", "-q"),
        "PING_INLINE", "PING_MBULK", "SET", "GET", "INCR", "HSET", "MSET (10 keys)");

    /// <param name="printed">By redis-benchmark with -e and -q: it shows errors that the server answered, among its figures.</param>
    internal static void AssertIsWithoutError(string printed, params string[] tests)
    {
        Assert.DoesNotContain("rror", printed, StringComparison.Ordinal);
        string[] lines = printed.Split(['\r', '\n'], StringSplitOptions.TrimEntries);
        Assert.All(tests, test => Assert.Contains(lines, line => line.StartsWith($"{test}: ", StringComparison.Ordinal) && line.Contains(" requests per second, p50=", StringComparison.Ordinal)));
    }

    private string Port => $"{_node.RespEndPoint.Port}";

    private Task<string> CliAsync(string version, params string[] words) => StockProgram.RunToolAsync("redis-cli", ["--no-raw", version, "-p", Port, .. words]);
}

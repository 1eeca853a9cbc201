using System.Globalization;
using System.Text.RegularExpressions;
using KvStore.Tests.FrontEnds.Resp;
using KvStore.Tests.Storage;
using Xunit;

namespace KvStore.Tests.Cluster;

/// <summary>The Redis protocol at three nodes of replication 3: any node will do, one may be missing, two may not.</summary>
[Collection(nameof(RealProcesses))]
public sealed partial class RespClusterTests : IDisposable
{
    private static readonly Dictionary<string, string> ClusterMode = new() { ["KvStore__Resp__Cluster"] = "true" };

    private readonly TemporaryDirectory _data = new();
    private readonly CancellationToken _cancellation = TestContext.Current.CancellationToken;

    [Fact]
    public async Task Clients_of_the_others_get_no_wrong_answer_when_a_node_is_killed_and_no_answer_when_two_are()
    {
        const int Before = 100;
        const int After = 200;
        await using RunningCluster cluster = await RunningCluster.StartAsync(_data.Path, ClusterMode, _cancellation);
        await using RespTalk one = await RespTalk.ConnectAsync(cluster.RedisEndPoint("node1"));
        await using RespTalk two = await RespTalk.ConnectAsync(cluster.RedisEndPoint("node2"));

        // Each member sees for itself who serves, and one that is suspected for a moment is left out.
        await Eventually.IsAsync(
            "whom clients in cluster mode are sent to", PortsOf(cluster, "node1", "node2", "node3"), async _ => PortsIn(await one.AskAsync("CLUSTER SLOTS")), _cancellation);
        await Eventually.IsAsync("both say the same", true, async _ => await two.AskAsync("CLUSTER SLOTS") == await one.AskAsync("CLUSTER SLOTS"), _cancellation);
        long counter = await CountAsync(0, Before, one, two);
        await cluster.KillAsync("node3", _cancellation);
        await CountAsync(counter, After, one, two);
        Assert.Equal($"${Before + After}", await one.AskAsync("GET counter"));
        await Eventually.IsAsync(
            "node3 killed: whom clients in cluster mode are sent to", PortsOf(cluster, "node1", "node2"), async _ => PortsIn(await one.AskAsync("CLUSTER SLOTS")), _cancellation);
        Assert.Contains($":{cluster.RedisEndPoint("node3").Port}@", await one.AskAsync("CLUSTER NODES"), StringComparison.Ordinal);

        await cluster.KillAsync("node2", _cancellation);
        await Eventually.IsAsync("two killed: links of node1", "", limit => cluster.LinkedAsync("node1", limit), _cancellation);
        Assert.StartsWith("-UNAVAILABLE Too few of the key's replicas", await one.AskAsync("INCR refused"), StringComparison.Ordinal);
        Assert.StartsWith("-UNAVAILABLE Too few of the key's replicas", await one.AskAsync("GET counter"), StringComparison.Ordinal);
        Assert.StartsWith("-UNAVAILABLE Too few of the key's replicas", await one.AskAsync("APPEND refused 0"), StringComparison.Ordinal);
    }

    public void Dispose() => _data.Dispose();

    private static string PortsOf(RunningCluster cluster, params IEnumerable<string> nodes) =>
        string.Join(' ', nodes.Select(node => $"{cluster.RedisEndPoint(node).Port}").Order(StringComparer.Ordinal));

    /// <param name="slots">The answer to CLUSTER SLOTS; every slot must be in it.</param>
    private static string PortsIn(string slots)
    {
        Match[] ranges = SlotRange().Matches(slots).ToArray();
        Assert.Equal(16_384, ranges.Sum(range => int.Parse(range.Groups[2].Value, CultureInfo.InvariantCulture) - int.Parse(range.Groups[1].Value, CultureInfo.InvariantCulture) + 1));
        return string.Join(' ', ranges.Select(range => range.Groups[3].Value).Distinct().Order(StringComparer.Ordinal));
    }

    [GeneratedRegex(@"\[:(\d+), :(\d+), \[\$127\.0\.0\.1, :(\d+), ")]
    private static partial Regex SlotRange();

    /// <summary>Increments by turns: each answer is one more than the other client's.</summary>
    private static async Task<long> CountAsync(long from, int times, RespTalk one, RespTalk other)
    {
        for (int i = 0; i < times; i++)
        {
            from++;
            Assert.Equal($":{from}", await (i % 2 == 0 ? one : other).AskAsync("INCR counter"));
            Assert.Equal("+OK", await one.AskAsync($"SET key{i} {from}"));
            Assert.Equal($"${from}", await other.AskAsync($"GET key{i}"));
        }

        return from;
    }
}

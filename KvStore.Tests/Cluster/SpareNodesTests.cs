using Aspire.Hosting.ApplicationModel;
using KvStore.Client;
using KvStore.Tests.Chaos;
using KvStore.Tests.Simulation;
using KvStore.Tests.Simulation.Histories;
using KvStore.Tests.Storage;
using Xunit;

namespace KvStore.Tests.Cluster;

/// <summary>
/// The demo as people run it: three nodes become five by the commands of the AppHost and three again, with a kill -9 on either way,
/// and then one of them loses its disk. Clients are at work all the time, and what they were told is checked.
/// </summary>
[Collection(nameof(RealProcesses))]
public sealed class SpareNodesTests
{
    private const int Keys = 2_000;
    private const int OperationsPerSecond = 50;
    private const string Active = "active";

    private static readonly string[] Spares = ["node4", "node5"];
    private static readonly Dictionary<string, string> Environment = new() { ["KvStore__MemoryBytesMax"] = "32MiB" };

    /// <summary>Longer than the test may take.</summary>
    private static readonly TimeSpan LoadTime = TimeSpan.FromMinutes(20);

    private readonly CancellationToken _cancellation = TestContext.Current.CancellationToken;

    [Fact]
    public async Task Nodes_join_leave_and_are_replaced_by_commands_under_load_and_nothing_is_lost()
    {
        using TemporaryDirectory data = new();
        await using RunningCluster cluster = await RunningCluster.StartAsync(data.Path, Environment, _cancellation, spares: Spares.Length);
        using KvClient client = new(new KvClientOptions { Endpoints = [.. RunningCluster.Nodes.Select(cluster.GrpcAddress)] });
        LyingKeys lying = new(client, Keys);
        await lying.FillAsync(_cancellation);
        using ChaosLoad load = new(
            [.. RunningCluster.Nodes.Select(node => (cluster.HttpAddress(node), cluster.GrpcAddress(node)))],
            new RandomStreams(1).Workload,
            TimeProvider.System,
            readsStale: false);
        using CancellationTokenSource enough = new();
        Task<int> loading = load.RunAsync(LoadTime, () => OperationsPerSecond, enough.Token);
        int[] written;
        try
        {
            await GrowAsync(cluster, client);
            int whenGrown = WritesIn(load);
            await ShrinkAsync(cluster, client);
            int whenShrunk = WritesIn(load);
            await ReplaceAsync(cluster, client);
            written = [whenGrown, whenShrunk - whenGrown, WritesIn(load) - whenShrunk];
        }
        finally
        {
            await enough.CancelAsync();
            await loading;
        }

        Assert.DoesNotContain(0, written);
        Assert.Equal(0, await load.ReadAllAsync(Eventually.Deadline));
        HistoryVerdict verdict = LinearizabilityChecker.Check(load.History);
        Assert.True(verdict.IsCorrect, $"{verdict.Violation}");
        Assert.Equal(0, await lying.CountLostAsync(_cancellation));
        foreach (string key in ChaosLoad.Keys)
        {
            await Eventually.IsAsync($"replicas of {key}", "node1 node2 node3: 1 version", limit => HeldAsync(client, key, limit), _cancellation);
        }
    }

    private static int WritesIn(ChaosLoad load) =>
        load.History.Count(operation => operation.Outcome == RecordedOutcome.Committed && operation.Kind is not OperationKind.Read);

    /// <summary>Who has the key, and how many different states of it there are.</summary>
    private static async Task<string> HeldAsync(KvClient client, string key, CancellationToken cancellationToken)
    {
        KeyExplanation found = await client.Cluster.ExplainAsync(key, cancellationToken: cancellationToken);
        int versions = found.Replicas.Select(replica => replica.Version).Distinct().Count();
        return $"{string.Join(' ', found.Replicas.Select(replica => replica.Name).Order(StringComparer.Ordinal))}: {versions} version{(versions == 1 ? "" : "s")}";
    }

    private async Task GrowAsync(RunningCluster cluster, KvClient client)
    {
        await Task.WhenAll(Spares.Select(node => cluster.BeginNodeAsync(node, _cancellation)));
        await KillWhileOwnersChangeAsync(cluster, client, "node2", changed: "node1 node2 node3 node4 node5");
        await cluster.StartNodeAsync("node2", [.. RunningCluster.Nodes, .. Spares], _cancellation);
    }

    private async Task ShrinkAsync(RunningCluster cluster, KvClient client)
    {
        ExecuteCommandResult plan = await cluster.CommandAsync("node5", "plan-leave", _cancellation);
        Assert.True(plan.Success, plan.Message);
        Assert.Contains(" move to ", plan.Message, StringComparison.Ordinal);

        await LeaveAsync(cluster, client, "node5");
        await KillWhileOwnersChangeAsync(cluster, client, "node3", changed: "node1 node2 node3 node4");
        await StopAsync(cluster, "node5");
        await cluster.StartNodeAsync("node3", [.. RunningCluster.Nodes, "node4"], _cancellation);
        await LeaveAsync(cluster, client, "node4");
        await MembersAreAsync(client, "node1 node2 node3");
        await StopAsync(cluster, "node4");

        ExecuteCommandResult refused = await cluster.CommandAsync("node1", "leave", _cancellation);
        Assert.StartsWith("Without node1 there are 2 members, and a key is to have 3 copies", refused.Message, StringComparison.Ordinal);
    }

    private async Task ReplaceAsync(RunningCluster cluster, KvClient client)
    {
        string before = await IdentityAsync(client, "node1", _cancellation);
        await StopAsync(cluster, "node1");
        ExecuteCommandResult replaced = await cluster.CommandAsync("node1", "replace", _cancellation);
        Assert.True(replaced.Success, replaced.Message);
        await Eventually.IsAsync(
            "another member is called node1", true, async limit => await IdentityAsync(client, "node1", limit) is { Length: > 0 } now && now != before, _cancellation);
        await MembersAreAsync(client, "node1 node2 node3");
        await cluster.StartNodeAsync("node1", RunningCluster.Nodes, _cancellation);
    }

    /// <summary>The commands are refused while another change is under way, which may be by the cluster itself.</summary>
    private Task LeaveAsync(RunningCluster cluster, KvClient client, string node) => Eventually.IsAsync(
        $"{node} is to leave",
        "leaving",
        async limit =>
        {
            ExecuteCommandResult left = await cluster.CommandAsync(node, "leave", limit);
            return left.Success || !(await DescribeAsync(client, limit)).Split(' ').Contains(node) ? "leaving" : $"{left.Message}";
        },
        _cancellation);

    private async Task StopAsync(RunningCluster cluster, string node)
    {
        ExecuteCommandResult stopped = await cluster.CommandAsync(node, KnownResourceCommands.StopCommand, _cancellation);
        Assert.True(stopped.Success, stopped.Message);
    }

    /// <summary>kill -9 of one that stays, as soon as owners change, or have changed; it comes back with the disk it had.</summary>
    private async Task KillWhileOwnersChangeAsync(RunningCluster cluster, KvClient client, string node, string changed)
    {
        await Eventually.IsAsync(
            "owners change",
            true,
            async limit => await DescribeAsync(client, limit) is var now && (now.Contains('(', StringComparison.Ordinal) || now == changed),
            _cancellation);
        await cluster.KillAsync(node, _cancellation);
        await cluster.BeginNodeAsync(node, _cancellation);
        await MembersAreAsync(client, changed);
    }

    private Task MembersAreAsync(KvClient client, string expected) =>
        Eventually.IsAsync("members are owners and nothing moves", expected, limit => DescribeAsync(client, limit), _cancellation);

    private static async Task<string> DescribeAsync(KvClient client, CancellationToken cancellationToken)
    {
        ClusterTopology topology = await client.Cluster.GetTopologyAsync(cancellationToken);
        return string.Join(
            ' ', topology.Members.Select(member => member.State == Active ? member.Name : $"{member.Name}({member.State})").Order(StringComparer.Ordinal));
    }

    private static async Task<string> IdentityAsync(KvClient client, string name, CancellationToken cancellationToken) =>
        (await client.Cluster.GetTopologyAsync(cancellationToken)).Members.SingleOrDefault(member => member.Name == name && member.State == Active)?.Id ?? "";
}

using KvStore.Client;
using KvStore.Tests.Chaos;
using Xunit;

namespace KvStore.Tests.Cluster;

/// <summary>Four real nodes with three copies of every key, one of which is killed and stays away.</summary>
[Collection(nameof(RealProcesses))]
public sealed class EvictionTests
{
    private const int Nodes = 4;
    private const int Keys = 500;

    private readonly CancellationToken _cancellation = TestContext.Current.CancellationToken;

    [Fact]
    public async Task A_member_that_stays_dead_is_removed_what_it_held_is_copied_and_it_may_come_back()
    {
        await using ChaosCluster cluster = await ChaosCluster.StartAsync(Nodes, Nodes, _cancellation, ("FailureHardDead", "2s"));
        ChaosNode[] left = [.. cluster.Nodes.Take(Nodes - 1)];
        using KvClient client = new(new KvClientOptions { Endpoints = [.. left.Select(node => node.Grpc)] });
        for (int i = 0; i < Keys; i++)
        {
            await client.PutAsync($"key{i}", $"value{i}", cancellationToken: _cancellation);
        }

        await cluster.Nodes[^1].KillAsync();
        await Eventually.IsAsync("the members", "node1 node2 node3", async limit => await MembersAsync(client, limit), _cancellation);

        // Three copies again: each answer is of every owner, and all three that are left are.
        for (int i = 0; i < Keys; i++)
        {
            Assert.Equal($"value{i}", (await client.GetAsync($"key{i}", consistency: Consistency.All, cancellationToken: _cancellation))?.Text);
        }

        MemberStatus status = await client.Cluster.GetStatusAsync(_cancellation);
        Assert.Empty(status.Evictions);

        // It comes back as a new member, and the store it had is out of the way.
        cluster.Nodes[^1].Start();
        await Eventually.IsAsync("the members", "node1 node2 node3 node4", async limit => await MembersAsync(client, limit), _cancellation);
        await cluster.Nodes[^1].WaitUntilHealthyAsync("back as a new member", _cancellation);
        using KvClient last = new(new KvClientOptions { Endpoints = [cluster.Nodes[^1].Grpc] });
        for (int i = 0; i < Keys; i++)
        {
            Assert.Equal($"value{i}", (await last.GetAsync($"key{i}", consistency: Consistency.All, cancellationToken: _cancellation))?.Text);
        }
    }

    [Fact]
    public async Task One_that_somebody_wants_kept_is_not_removed_and_all_members_know()
    {
        await using ChaosCluster cluster = await ChaosCluster.StartAsync(Nodes, Nodes, _cancellation, ("FailureHardDead", "20m"));
        await cluster.Nodes[^1].KillAsync();
        using KvClient first = new(new KvClientOptions { Endpoints = [cluster.Nodes[0].Grpc] });
        await Eventually.IsAsync("node4 is dead to node1", "node4", async limit => (await first.Cluster.GetStatusAsync(limit)).Evictions.FirstOrDefault()?.Member, _cancellation);
        Eviction kept = await first.Cluster.KeepAsync("node4", _cancellation);
        Assert.Equal(("node4", true, null), (kept.Member, kept.IsKept, kept.Left));
        KvException refused = await Assert.ThrowsAsync<KvException>(() => first.Cluster.KeepAsync("node2", _cancellation));
        Assert.Equal("change-refused", refused.ErrorType);

        using KvClient third = new(new KvClientOptions { Endpoints = [cluster.Nodes[2].Grpc] });
        await Eventually.IsAsync("node3 knows", true, async limit => (await third.Cluster.GetStatusAsync(limit)).Evictions.FirstOrDefault()?.IsKept ?? false, _cancellation);
    }

    [Fact]
    public async Task A_dead_members_place_is_kept_for_a_node_of_another_name()
    {
        await using ChaosCluster cluster = await ChaosCluster.StartAsync(Nodes + 1, Nodes, _cancellation);
        using KvClient client = new(new KvClientOptions { Endpoints = [.. cluster.Nodes.Take(Nodes - 1).Select(node => node.Grpc)] });
        for (int i = 0; i < Keys; i++)
        {
            await client.PutAsync($"key{i}", $"value{i}", cancellationToken: _cancellation);
        }

        KvException alive = await Assert.ThrowsAsync<KvException>(() => client.Cluster.PlanAsync(MembershipChange.Replace, "node4", with: "node5", cancellationToken: _cancellation));
        Assert.StartsWith("Node4 is alive and is not replaced:", alive.Message, StringComparison.Ordinal);
        await cluster.Nodes[Nodes - 1].KillAsync();
        ChangePlan? plan = null;
        await Eventually.IsAsync("a plan", true, async limit =>
        {
            plan = await client.Cluster.PlanAsync(MembershipChange.Replace, "node4", with: "node5", cancellationToken: limit);
            return true;
        }, _cancellation);
        Assert.Equal(("node4", "node5", 2), (plan!.Member, plan.With, plan.Epoch));
        Assert.InRange(plan.SlotsMoved, plan.SlotsMovedLeast, plan.SlotsMovedLeast * 1.25);
        Assert.Contains(plan.Moves, move => move is { From: "node4", To: "node5" });
        await client.Cluster.ChangeAsync(MembershipChange.Replace, "node4", planId: plan.Id, with: "node5", cancellationToken: _cancellation);
        await Eventually.IsAsync(
            "what is pending", "node5 takes the place of node4 when it is started", async limit => (await client.Cluster.GetStatusAsync(limit)).TopologyPending, _cancellation);

        cluster.Nodes[^1].Start();
        await Eventually.IsAsync("the members", "node1 node2 node3 node5", async limit => await MembersAsync(client, limit), _cancellation);
        Assert.Equal(5, (await client.Cluster.GetTopologyAsync(_cancellation)).Epoch);
        for (int i = 0; i < Keys; i++)
        {
            Assert.Equal($"value{i}", (await client.GetAsync($"key{i}", consistency: Consistency.All, cancellationToken: _cancellation))?.Text);
        }
    }

    private static async Task<string> MembersAsync(KvClient client, CancellationToken limit) => string.Join(
        ' ',
        (await client.Cluster.GetTopologyAsync(limit)).Members.Select(member => member.State == "active" ? member.Name : $"{member.Name} ({member.State})").Order(StringComparer.Ordinal));
}

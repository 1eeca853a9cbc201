using KvStore.Client;
using KvStore.Hosting;
using Microsoft.Extensions.Diagnostics.HealthChecks;
using Xunit;

namespace KvStore.Tests.Integration;

public sealed class SlotMajoritiesTests
{
    /// <summary>Slots 0 to 99 belong to members 1, 2, 3, the other 16,284 to members 2, 3, 4.</summary>
    private static readonly ClusterTopology Topology = new(
        "cluster",
        Epoch: 1,
        Replication: 3,
        VirtualNodes: 1,
        LoadBound: 0,
        [.. Enumerable.Range(1, 4).Select(ordinal => new ClusterMember($"id{ordinal}", ordinal, $"n{ordinal}", "", "", "", "active", []))],
        [new SlotRange(0, 99, [1, 2, 3]), new SlotRange(100, 16383, [2, 3, 4])]
    );

    [Theory]
    [InlineData("id1 id2 id3 id4 a-spare-that-is-no-member", HealthStatus.Healthy, "Every slot has a serving majority.")]
    [InlineData("id2 id3", HealthStatus.Healthy, "Every slot has a serving majority. Not serving: n1, n4.")]
    [InlineData("id3 id4", HealthStatus.Unhealthy, "100 slots have no serving majority. Not serving: n1, n2.")]
    [InlineData("id1 id2", HealthStatus.Unhealthy, "16284 slots have no serving majority. Not serving: n3, n4.")]
    [InlineData("id4", HealthStatus.Unhealthy, "16384 slots have no serving majority. Not serving: n1, n2, n3.")]
    public void A_cluster_is_healthy_while_every_slot_has_a_serving_majority(string serving, HealthStatus status, string told)
    {
        var found = SlotMajorities.Check(Topology, serving.Split(' ').ToHashSet());
        Assert.Equal((status, told), (found.Status, found.Description));
    }

    [Fact]
    public void A_cluster_of_which_no_node_serves_is_not_healthy()
    {
        var found = SlotMajorities.Check(topology: null, new HashSet<string>());
        Assert.Equal((HealthStatus.Unhealthy, "No node serves."), (found.Status, found.Description));
    }
}

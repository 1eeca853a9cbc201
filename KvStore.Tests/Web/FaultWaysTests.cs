using KvStore.Client;
using KvStore.Web.Faults;
using KvStore.Web.Ring;
using Xunit;

namespace KvStore.Tests.Web;

public sealed class FaultWaysTests
{
    private static readonly RingLayout Ring = RingLayout.Of(Topologies.Of(4));

    private static readonly string[] All = ["node1", "node2", "node3", "node4"];

    [Fact]
    public void A_partition_that_is_chosen_comes_between_those_chosen_and_the_others() => Assert.Equal(
        ["node1-node3", "node2-node3", "node1-node4", "node2-node4"],
        Describe([], new FaultChoice(FaultAction.Partition, ["node3", "node4"], [])));

    [Fact]
    public void A_pause_comes_between_a_member_and_everybody_and_a_kill_between_none()
    {
        Assert.Equal(["node1-node2", "node2-node3", "node2-node4"], Describe([], new FaultChoice(FaultAction.Pause, ["node2"], [])));
        Assert.Empty(Describe([], new FaultChoice(FaultAction.Kill, ["node2"], [])));
        Assert.Empty(Describe([], new FaultChoice(FaultAction.Partition, [], [])));
    }

    [Fact]
    public void What_is_on_stands_before_what_is_chosen_and_each_way_is_drawn_once()
    {
        StandingFault pause = Standing("node1", NetworkFaultKind.Pause);
        StandingFault slow = Standing("node2", NetworkFaultKind.Slow, "node1", "gone");

        Assert.Equal(
            ["node1-node2 on", "node1-node3 on", "node1-node4 on", "node2-node3"],
            Describe([pause, slow], new FaultChoice(FaultAction.Drop, ["node2"], ["node1", "node3"])));
    }

    [Fact]
    public void Ways_lead_from_disc_to_disc_and_are_bounded_however_many_members_there_are()
    {
        FaultWay way = Assert.Single(FaultWays.Of(Ring.Nodes, [], Plan(new FaultChoice(FaultAction.Slow, ["node1"], ["node2"]))));
        Assert.Equal(RingLayout.CurveOf(Ring.Nodes[0].Center, Ring.Nodes[1].Center), way.Path);

        RingLayout many = RingLayout.Of(Topologies.Of(100));
        string[] names = [.. many.Nodes.Select(node => node.Name)];
        FaultPlan halves = FaultPlan.Of(new FaultChoice(FaultAction.Partition, [.. names.Take(50)], []), names);
        Assert.Equal(FaultWays.WaysMax, FaultWays.Of(many.Nodes, [], halves).Length);
        Assert.All(FaultWays.Of(many.Nodes, [Standing("node1", NetworkFaultKind.Pause)], halves).Take(99), one => Assert.True(one.IsOn));
    }

    private static IEnumerable<string> Describe(IEnumerable<StandingFault> standing, FaultChoice choice) =>
        FaultWays.Of(Ring.Nodes, standing, Plan(choice)).Select(way => $"{way.One}-{way.Other}{(way.IsOn ? " on" : "")}");

    private static StandingFault Standing(string member, NetworkFaultKind kind, params string[] ends) =>
        new(member, new NetworkFault(1, kind, ends, TimeSpan.Zero, 0, DateTimeOffset.UnixEpoch, TimeSpan.FromMinutes(1)));

    private static FaultPlan Plan(FaultChoice choice) => FaultPlan.Of(choice, All);
}

using KvStore.Client;
using KvStore.Web.Cluster;
using Xunit;

namespace KvStore.Tests.Web;

public sealed class ClusterSnapshotTests
{
    [Fact]
    public void The_newest_epoch_of_the_cluster_that_most_nodes_speak_of_is_shown()
    {
        ClusterTopology old = Topologies.Of(3, epoch: 4);
        ClusterTopology current = Topologies.Of(3, epoch: 5);
        ClusterTopology foreign = Topologies.Of(3, epoch: 9) with { ClusterId = "another" };

        ClusterSnapshot snapshot = ClusterSnapshot.Of(
            Reports.Now,
            [Reports.Answering(0, old), Reports.Answering(1, current), Reports.Answering(2, foreign)]);

        Assert.Same(current, snapshot.Topology);
    }

    [Fact]
    public void An_unreachable_member_says_which_since_when_and_why_and_what_was_known_last()
    {
        ClusterTopology topology = Topologies.Of(3);
        NodeReport lost = Reports.Answering(2, topology).Failed("Connection refused", Reports.Now.AddSeconds(-7));

        ClusterSnapshot snapshot = ClusterSnapshot.Of(
            Reports.Now,
            [Reports.Answering(0, topology, cutOffFrom: 2), Reports.Answering(1, topology, cutOffFrom: 2), lost]);

        MemberView member = snapshot.Member(2)!;
        Assert.Equal(
            ("node3", Reachability.Unreachable, "Connection refused", Reports.Now.AddSeconds(-7)),
            (member.Name, member.Reachability, member.Failure, member.FailingSince));
        Assert.Equal(10, member.Status!.Keys);
        Assert.Null(member.Rates);
        Assert.Equal("no other member reaches it", MemberState.OthersOf(member));
    }

    [Fact]
    public void Failing_again_keeps_the_moment_it_began()
    {
        NodeReport failing = Reports.Silent(0, "first").Failed("second", Reports.Now);

        Assert.Equal(("second", Reports.SilentSince), (failing.Failure, failing.FailingSince));
    }

    [Fact]
    public void Answering_again_ends_the_failure()
    {
        NodeReport back = Reports.Silent(0).Told(Reports.Status(0, 3), TimeSpan.Zero);

        Assert.Equal((true, null, null), (back.Answers, back.Failure, back.FailingSince));
    }

    [Fact]
    public void Nodes_outside_the_topology_come_last_and_have_no_ordinal()
    {
        ClusterTopology topology = Topologies.Of(2);
        NodeReport stranger = Reports.Silent(7);
        NodeReport removed = Reports.Unasked(8).Told(Reports.Status(8, members: 3), TimeSpan.Zero);

        ClusterSnapshot snapshot = ClusterSnapshot.Of(
            Reports.Now,
            [stranger, removed, Reports.Answering(0, topology), Reports.Answering(1, topology)]);

        Assert.Equal(["node1", "node2", "node8", "node9"], snapshot.Members.Select(member => member.Name));
        Assert.Equal([0, 1, null, null], snapshot.Members.Select(member => member.Ordinal));
        Assert.Equal(["node1", "node2", "node9"], snapshot.Told.Select(status => status.Name));
        Assert.Equal(["node1", "node2"], snapshot.ToldByMembers.Select(status => status.Name));
    }

    [Fact]
    public void Observations_come_from_members_that_answer()
    {
        ClusterTopology topology = Topologies.Of(3);

        ClusterSnapshot snapshot = ClusterSnapshot.Of(
            Reports.Now,
            [Reports.Answering(0, topology, cutOffFrom: 1), Reports.Answering(1, topology), Reports.Silent(2)]);

        Assert.Equal(
            [new Observation("node1", IsConnected: false, TimeSpan.FromMilliseconds(0.3), "reset")],
            snapshot.Member(1)!.Observations);
        Assert.True(snapshot.Member(1)!.IsPartlyCutOff);
        Assert.Equal("not reached by node1", MemberState.OthersOf(snapshot.Member(1)! with
        {
            Observations = [.. snapshot.Member(1)!.Observations, new Observation("node3", IsConnected: true, TimeSpan.Zero, "")],
        }));
    }
}

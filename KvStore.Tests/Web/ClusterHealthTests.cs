using System.Collections.Immutable;
using KvStore.Client;
using KvStore.Web.Cluster;
using Xunit;

namespace KvStore.Tests.Web;

public sealed class ClusterHealthTests
{
    [Fact]
    public void All_members_serving_is_healthy() => Says(
        HealthLevel.Healthy, "5 of 5 members, every slot has 3 replicas", Reports.Without(Topologies.Of(5)));

    [Fact]
    public void A_member_alone_with_one_replica_is_healthy() => Says(
        HealthLevel.Healthy, "1 of 1 member, every slot has 1 replica", Reports.Without(Topologies.Of(1, replication: 1)));

    [Fact]
    public void One_member_of_five_away_leaves_a_majority_everywhere() => Says(
        HealthLevel.Degraded, "node3 unreachable; every slot still has a majority", Reports.Without(Topologies.Of(5), 2));

    [Fact]
    public void Two_neighbours_of_five_away_leave_slots_without_a_majority() => Says(
        HealthLevel.Unavailable,
        "6,554 of 16,384 slots have no majority; node3 and node4 unreachable",
        Reports.Without(Topologies.Of(5), 2, 3));

    [Fact]
    public void Two_of_three_away_leave_no_majority_at_all() => Says(
        HealthLevel.Unavailable, "all 16,384 slots have no majority; node1 and node2 unreachable", Reports.Without(Topologies.Of(3), 0, 1));

    [Fact]
    public void Many_missing_members_are_counted_rather_than_listed() => Says(
        HealthLevel.Degraded,
        "node1, node4, node7 and 2 more unreachable; every slot still has a majority",
        Reports.Without(Topologies.Of(16), 0, 3, 6, 9, 12));

    [Fact]
    public void Members_that_only_read_make_slots_that_cannot_be_written()
    {
        ClusterTopology topology = Topologies.Of(3);
        Says(
            HealthLevel.Unavailable,
            "all 16,384 slots can be read and not written; node1 and node2 read-only",
            [
                Reports.Answering(0, topology, "read-only"),
                Reports.Answering(1, topology, "read-only"),
                Reports.Answering(2, topology),
            ]);
    }

    [Fact]
    public void A_member_that_lost_what_it_had_promised_counts_for_nothing_and_is_named()
    {
        ClusterTopology topology = Topologies.Of(3);
        Says(
            HealthLevel.Degraded,
            "node2 amnesiac: its disk holds less than it had promised; every slot still has a majority",
            [Reports.Answering(0, topology), Reports.Answering(1, topology, "amnesiac"), Reports.Answering(2, topology)]);
    }

    [Fact]
    public void A_member_that_only_this_page_cannot_reach_still_counts()
    {
        ClusterTopology topology = Topologies.Of(3);
        Says(
            HealthLevel.Degraded,
            "node3 not answering this page, though other members reach it; every slot has 3 replicas",
            [Reports.Answering(0, topology), Reports.Answering(1, topology), Reports.Silent(2)]);
    }

    [Fact]
    public void Members_cut_off_from_each_other_are_named()
    {
        ClusterTopology topology = Topologies.Of(3);
        Says(
            HealthLevel.Degraded,
            "node1 and node2 cut off from another member; every slot has 3 replicas",
            [
                Reports.Answering(0, topology, cutOffFrom: 1),
                Reports.Answering(1, topology, cutOffFrom: 0),
                Reports.Answering(2, topology),
            ]);
    }

    [Fact]
    public void Fewer_members_than_replicas_is_told() => Says(
        HealthLevel.Degraded, "2 members for 3 replicas a slot; every slot has 2 replicas", Reports.Without(Topologies.Of(2)));

    [Fact]
    public void Before_the_first_answers_it_is_connecting()
    {
        Says(HealthLevel.Connecting, "no answer yet from 2 nodes", [Reports.Unasked(0), Reports.Unasked(1)]);
        Says(
            HealthLevel.Connecting,
            "1 of 3 members answered so far",
            [Reports.Answering(0, Topologies.Of(3), cutOffFrom: [1, 2]), Reports.Unasked(1), Reports.Unasked(2)]);
    }

    [Fact]
    public void Nobody_answering_is_starting_at_first_and_then_unavailable()
    {
        NodeReport starting = Reports.Unasked(1).Failed("Connection refused", Reports.SilentSince.AddSeconds(1));

        Says(HealthLevel.Connecting, "no answer yet from 2 nodes", [Reports.Silent(0), starting]);
        Says(
            HealthLevel.Connecting,
            "1 of 3 members answered so far",
            [Reports.Answering(0, Topologies.Of(3), cutOffFrom: [1, 2]), starting, Reports.Unasked(2)]);
        Says(HealthLevel.Unavailable, "none of 2 nodes answers", [Reports.Silent(0), Reports.Silent(1)]);
        Says(HealthLevel.Unavailable, "the node does not answer", [Reports.Silent(0)]);
    }

    [Fact]
    public void Nothing_configured_says_what_to_configure() => Says(
        HealthLevel.Unavailable, "no node is configured; name their gRPC addresses in KvStore:Nodes or reference them in the AppHost", []);

    private static void Says(HealthLevel level, string sentence, ImmutableArray<NodeReport> reports) =>
        Assert.Equal(new ClusterHealth(level, sentence), ClusterSnapshot.Of(Reports.Now, reports).Health);
}

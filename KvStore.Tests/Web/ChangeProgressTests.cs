using KvStore.Client;
using KvStore.Web.Cluster;
using KvStore.Web.Operations;
using Xunit;

namespace KvStore.Tests.Web;

public sealed class ChangeProgressTests
{
    private static readonly ClusterTopology Topology = Topologies.Of(4, epoch: 8);
    private static readonly ChangePlan Plan = new("id", MembershipChange.Leave, "node4", Epoch: 8, 0, 0, [], []);

    [Fact]
    public void Begun_and_not_yet_told() =>
        Assert.Equal(new ChangeProgress("Begun in epoch 8; the members have yet to say how far it is.", 0, IsOver: false), Of(status => status));

    [Fact]
    public void Slots_that_came_are_counted_over_all_members() => Assert.Equal(
        new ChangeProgress("150 of 400 slots are complete at their new owners.", 0.375, IsOver: false),
        Of(status => status.Name == "node4" ? status : status with { Migration = Moving(status.Name == "node1" ? 100 : 150, status.Name == "node1" ? 0 : 75) }));

    [Fact]
    public void What_moved_in_another_change_does_not_count() => Assert.Equal(
        "Begun in epoch 8; the members have yet to say how far it is.",
        Of(status => status with { Migration = Moving(10, 10) with { Epoch = 4 } }).Sentence);

    [Fact]
    public void A_change_that_one_member_saw_end_is_over() => Assert.Equal(
        new ChangeProgress("Complete after 2.5 s: node4 is a member no more.", 1, IsOver: true),
        Of(status => status.Name == "node2" ? status with { Changes = [Past(isGivenUp: false)] } : status));

    [Fact]
    public void A_change_that_was_given_up_says_so() => Assert.Equal(
        "It was given up after 2.5 s: the owners are those of before, and node4 is still a member.",
        Of(status => status with { Changes = [Past(isGivenUp: true)] }).Sentence);

    [Fact]
    public void The_epoch_tells_it_where_nobody_remembers()
    {
        ClusterTopology after = Topologies.Of(3, epoch: 9);

        ChangeProgress progress = ChangeProgress.Of(
            Plan, ClusterSnapshot.Of(Reports.Now, [.. Enumerable.Range(0, 3).Select(ordinal => Reports.Answering(ordinal, after))]));

        Assert.Equal(new ChangeProgress("Complete: node4 is a member no more.", 1, IsOver: true), progress);
    }

    [Fact]
    public void A_place_that_is_kept_waits_for_its_node_and_then_for_what_moves()
    {
        ChangePlan kept = new("id", MembershipChange.Replace, "node2", Epoch: 8, 0, 0, [], []) { With = "node5" };
        Assert.Equal(new ChangeProgress("The place of node2 is kept for node5: start it.", 0, IsOver: false), Of(kept, status => status));

        kept = kept with { With = "node4" };
        Assert.Equal("node4 has been let in; the members have yet to say how far it is.", Of(kept, status => status).Sentence);
        Assert.Equal(0.375, Of(kept, status => status.Name == "node4" ? status with { Migration = Moving(400, 150) } : status).Part);
        Assert.Equal(
            new ChangeProgress("Complete: node4 has taken the place of node9.", 1, IsOver: true), Of(kept with { Member = "node9" }, status => status));
    }

    private static ChangeProgress Of(Func<MemberStatus, MemberStatus> told) => Of(Plan, told);

    private static ChangeProgress Of(ChangePlan plan, Func<MemberStatus, MemberStatus> told) => ChangeProgress.Of(
        plan, ClusterSnapshot.Of(Reports.Now, [.. Enumerable.Range(0, 4).Select(ordinal => Reports.Telling(ordinal, Topology, told))]));

    private static MigrationStatus Moving(int slots, int complete) => new() { IsMoving = true, Epoch = 8, Slots = slots, SlotsComplete = complete };

    private static PastChange Past(bool isGivenUp) => new(8, Reports.Now, TimeSpan.FromSeconds(2.5), isGivenUp, [], ["node4"], 0, 0);
}

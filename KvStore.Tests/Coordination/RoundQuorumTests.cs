using KvStore.Node.Coordination;
using KvStore.Node.Topology;

namespace KvStore.Tests.Coordination;

public sealed class RoundQuorumTests
{
    [Fact]
    public void A_majority_meets_it()
    {
        RoundQuorum quorum = new(Owners.Of(3), needed: 2);
        Assert.Equal(QuorumState.Pending, quorum.State);
        quorum.AddYes(0);
        Assert.Equal(QuorumState.Pending, quorum.State);
        quorum.AddYes(2);
        Assert.Equal(QuorumState.Met, quorum.State);
        Assert.Equal("yes 2 of 3, no 0: Met", quorum.Describe());
    }

    [Fact]
    public void It_fails_as_soon_as_a_majority_can_no_longer_answer()
    {
        RoundQuorum quorum = new(Owners.Of(5), needed: 3);
        quorum.AddNo(0);
        quorum.AddNo(1);
        Assert.Equal(QuorumState.Pending, quorum.State);
        quorum.AddNo(2);
        Assert.Equal(QuorumState.Impossible, quorum.State);
    }

    [Fact]
    public void The_same_replica_counts_once_however_often_it_answers()
    {
        RoundQuorum quorum = new(Owners.Of(3), needed: 2);
        quorum.AddYes(1);
        quorum.AddYes(1);
        Assert.Equal(QuorumState.Pending, quorum.State);
        quorum.AddNo(0);
        quorum.AddNo(0);
        Assert.Equal(QuorumState.Pending, quorum.State);
    }

    [Fact]
    public void A_refusal_takes_no_yes_back_and_a_late_yes_clears_a_refusal()
    {
        RoundQuorum quorum = new(Owners.Of(3), needed: 2);
        quorum.AddYes(0);
        quorum.AddNo(0);
        quorum.AddNo(1);
        quorum.AddYes(1);
        Assert.Equal(QuorumState.Met, quorum.State);
    }

    [Fact]
    public void Level_all_needs_every_replica_and_is_impossible_without_one()
    {
        RoundQuorum quorum = new(Owners.Of(3), needed: 3);
        quorum.AddYes(0);
        quorum.AddYes(1);
        Assert.Equal(QuorumState.Pending, quorum.State);
        Assert.True(quorum.HasMajority);
        quorum.AddNo(2);
        Assert.Equal(QuorumState.Impossible, quorum.State);
    }

    [Fact]
    public void In_the_joint_phase_a_majority_of_each_group_is_needed()
    {
        SlotOwners owners = Owners.Joint();
        RoundQuorum quorum = new(owners, needed: 2);
        quorum.AddYes(owners.PlaceOf(1));
        quorum.AddYes(owners.PlaceOf(2));
        Assert.Equal(QuorumState.Pending, quorum.State);
        quorum.AddYes(owners.PlaceOf(4));
        Assert.Equal(QuorumState.Pending, quorum.State);
        quorum.AddYes(owners.PlaceOf(3));
        Assert.Equal(QuorumState.Met, quorum.State);

        RoundQuorum withoutNew = new(owners, needed: 2);
        withoutNew.AddNo(owners.PlaceOf(4));
        withoutNew.AddNo(owners.PlaceOf(5));
        Assert.Equal(QuorumState.Impossible, withoutNew.State);
    }
}

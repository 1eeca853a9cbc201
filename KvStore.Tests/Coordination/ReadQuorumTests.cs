using KvStore.Node.Coordination;
using KvStore.Node.Registers;
using KvStore.Node.Topology;

namespace KvStore.Tests.Coordination;

public sealed class ReadQuorumTests
{
    [Fact]
    public void A_majority_under_one_ballot_agrees_even_if_another_replica_shows_a_higher_one()
    {
        ReadQuorum reports = new(Owners.Of(3));
        reports.Add(0, At(9));
        Assert.False(reports.TryAgree(out _));
        reports.Add(1, At(5));
        Assert.False(reports.TryAgree(out _));
        reports.Add(2, At(5));
        Assert.True(reports.TryAgree(out RegisterRecord agreed));
        Assert.Equal(At(5).Ballot, agreed.Ballot);
        Assert.Equal(At(9).Ballot, reports.Highest().Ballot);
    }

    [Fact]
    public void Absence_at_a_majority_is_an_agreement_too()
    {
        ReadQuorum reports = new(Owners.Of(3));
        reports.Add(0, RegisterRecord.Absent);
        reports.Add(2, RegisterRecord.Absent);
        Assert.True(reports.TryAgree(out RegisterRecord agreed));
        Assert.True(agreed.IsAbsent);
    }

    [Fact]
    public void Replicas_seen_below_the_agreed_record_are_named()
    {
        ReadQuorum reports = new(Owners.Of(5));
        reports.Add(0, At(5));
        reports.Add(1, At(5));
        reports.Add(2, RegisterRecord.Absent);
        reports.Add(3, At(4));
        reports.Add(4, At(5));
        Assert.True(reports.TryAgree(out RegisterRecord agreed));
        Assert.Equal(0b01100u, reports.Below(agreed));
    }

    [Fact]
    public void A_second_report_of_a_replica_replaces_nothing()
    {
        ReadQuorum reports = new(Owners.Of(3));
        reports.Add(0, At(5));
        reports.Add(0, At(6));
        Assert.Equal(At(5).Ballot, reports[0].Ballot);
    }

    [Fact]
    public void In_the_joint_phase_both_groups_must_report_the_same_ballot()
    {
        SlotOwners owners = Owners.Joint();
        ReadQuorum reports = new(owners);
        reports.Add(owners.PlaceOf(1), At(5));
        reports.Add(owners.PlaceOf(2), At(5));
        reports.Add(owners.PlaceOf(4), RegisterRecord.Absent);
        reports.Add(owners.PlaceOf(5), RegisterRecord.Absent);
        Assert.False(reports.TryAgree(out _));
        reports.Add(owners.PlaceOf(3), At(5));
        Assert.False(reports.TryAgree(out _));
    }

    [Fact]
    public void Who_has_neither_answered_nor_failed_is_outstanding()
    {
        ReadQuorum reports = new(Owners.Of(3));
        reports.AddUnreachable(1);
        reports.Add(0, At(5));
        Assert.Equal(0b100u, reports.Outstanding);
        reports.AddUnreachable(0);
        Assert.Equal(0b010u, reports.Unreachable);
    }

    private static RegisterRecord At(long counter) =>
        new(new Ballot(Epoch.First, counter, 1), new RegisterState { Kind = RegisterKind.Value });
}

using KvStore.Node.Coordination;
using KvStore.Node.Registers;
using Xunit;

namespace KvStore.Tests.Coordination;

public sealed class RepairPlanTests
{
    private static readonly RegisterRecord None = RegisterRecord.Absent;

    [Fact]
    public void Replicas_that_hold_the_same_are_left_alone() =>
        Assert.Equal(RepairVerdict.Alike, Plan(0, Value(5), Value(5), Value(5)).Verdict);

    [Fact]
    public void Replicas_below_what_a_majority_holds_are_taught()
    {
        RepairPlan plan = Plan(0, Value(5), Value(3), Value(5));
        Assert.Equal((RepairVerdict.Teach, BallotOf(5), 0b010u), (plan.Verdict, plan.Record.Ballot, plan.Pupils));
        Assert.Equal(0b100u, Plan(0, Value(5), Value(5), None).Pupils);
    }

    /// <summary>What a minority holds may never have been chosen: teaching it could undo what was answered.</summary>
    [Fact]
    public void A_record_of_a_minority_is_never_taught()
    {
        Assert.Equal(RepairVerdict.Round, Plan(0, Value(5), Value(3), Value(3)).Verdict);
        Assert.Equal(RepairVerdict.Round, Plan(0, Value(5), None, None).Verdict);
        Assert.Equal(RepairVerdict.Round, Plan(0, Value(5), Value(4), Value(3)).Verdict);
        Assert.Equal(RepairVerdict.Teach, Plan(0, ProtocolFlaw.UnchosenRepaired, Value(5), Value(3), Value(3)).Verdict);
    }

    [Fact]
    public void A_tombstone_that_others_have_purged_is_left_to_the_purge()
    {
        Assert.Equal(RepairVerdict.Alike, Plan(5, Tombstone(5), None, None).Verdict);
        Assert.Equal(RepairVerdict.Round, Plan(4, Tombstone(5), None, None).Verdict);
        Assert.Equal(RepairVerdict.Round, Plan(5, Value(5), None, None).Verdict);
    }

    [Fact]
    public void Two_of_three_that_agree_are_enough_and_one_is_not()
    {
        Assert.Equal(RepairVerdict.Alike, Plan(0, Value(5), Value(5)).Verdict);
        Assert.Equal(RepairVerdict.Unsettled, Plan(0, Value(5)).Verdict);
    }

    private static RepairPlan Plan(long floor, params RegisterRecord[] records) => Plan(floor, ProtocolFlaw.None, records);

    private static RepairPlan Plan(long floor, ProtocolFlaw flaw, params RegisterRecord[] records)
    {
        ReadQuorum reports = new(Owners.Of(3));
        for (int place = 0; place < records.Length; place++)
        {
            reports.Add(place, records[place]);
        }

        return RepairPlan.Of(reports, BallotOf(floor), ProtocolSettings.Sound with { Flaw = flaw });
    }

    private static RegisterRecord Value(long counter) => Of(counter, RegisterKind.Value);

    private static RegisterRecord Tombstone(long counter) => Of(counter, RegisterKind.Tombstone);

    private static RegisterRecord Of(long counter, RegisterKind kind) =>
        new(BallotOf(counter), new RegisterState { Kind = kind, Version = new StateVersion(BallotOf(counter), 1) });

    private static Ballot BallotOf(long counter) => counter == 0 ? Ballot.Zero : new Ballot(Epoch.First, counter, 1);
}

using System.Text;
using KvStore.Node.Coordination;
using KvStore.Node.Registers;
using KvStore.Node.Ring;

namespace KvStore.Tests.Coordination;

public sealed class RoundPlanTests
{
    private static readonly Key AnyKey = new("k"u8.ToArray());
    private static readonly Ballot Round = At(100);

    [Fact]
    public void A_put_on_an_absent_key_is_accepted_with_the_floor_as_pruned()
    {
        Operation put = Put("v");
        RoundPlan plan = RoundPlan.Make(Round, Reports(RegisterRecord.Absent, RegisterRecord.Absent), At(7), [put], [], wall: 0);
        Assert.True(plan.Changes);
        Assert.False(plan.AnswersNow);
        Assert.Equal(Round, plan.Record.Ballot);
        Assert.Equal(At(7), plan.Record.State!.Pruned);
        Assert.Equal([Round], plan.Record.State.Vector.ToArray());
        Assert.Equal(new StateVersion(Round, 1), plan.Results[0].Version);
    }

    [Fact]
    public void The_highest_record_of_the_quorum_is_built_on()
    {
        RoundPlan plan = RoundPlan.Make(Round, Reports(Value("old", 3), Value("new", 5)), Ballot.Zero, [Increment(1), Put("z")], [], wall: 0);
        Assert.Equal(ChangeOutcome.NotANumber, plan.Results[0].Outcome);
        Assert.Equal("new", Text(plan.Results[0].State));
        Assert.Equal(new StateVersion(Round, 1), plan.Results[1].Version);
    }

    [Fact]
    public void What_changes_nothing_is_answered_at_once_only_when_a_quorum_holds_that_very_record()
    {
        Operation delete = Delete();
        Assert.True(RoundPlan.Make(Round, Reports(RegisterRecord.Absent, RegisterRecord.Absent), Ballot.Zero, [delete], [], 0).AnswersNow);

        RegisterRecord tombstone = new(At(5), new RegisterState { Kind = RegisterKind.Tombstone, Version = new StateVersion(At(5), 1) });
        RoundPlan plan = RoundPlan.Make(Round, Reports(tombstone, RegisterRecord.Absent), Ballot.Zero, [delete], [], 0);
        Assert.False(plan.AnswersNow);
        Assert.False(plan.Changes);
        Assert.Equal(Round, plan.Record.Ballot);
        Assert.Same(tombstone.State, plan.Record.State);
    }

    [Fact]
    public void A_decline_of_what_was_sent_before_is_secured_first()
    {
        Operation delete = Delete();
        delete.WasSent = true;
        RoundPlan plan = RoundPlan.Make(Round, Reports(RegisterRecord.Absent, RegisterRecord.Absent), Ballot.Zero, [delete], [], 0);
        Assert.False(plan.AnswersNow);
        Assert.False(plan.Changes);
        Assert.Equal(RegisterKind.Nothing, plan.Record.State!.Kind);
    }

    [Fact]
    public void An_open_attempt_found_in_the_history_is_secured_and_nothing_new_is_done()
    {
        Operation sent = Put("a");
        Operation fresh = Put("b");
        OpenAttempt open = new(At(50), [sent], [new ChangeResult(ChangeOutcome.Applied, null, false)]);
        RegisterRecord later = Value("other", 60, vector: [At(50, member: 1), At(60, member: 2)]);
        RoundPlan plan = RoundPlan.Make(Round, Reports(later, Value("a", 50, vector: [At(50)])), Ballot.Zero, [sent, fresh], [open], 0);
        Assert.Equal([open], plan.TookEffect);
        Assert.Empty(plan.Operations);
        Assert.False(plan.AnswersNow);
        Assert.Equal(Round, plan.Record.Ballot);
        Assert.Same(later.State, plan.Record.State);

        RoundPlan secured = RoundPlan.Make(Round, Reports(later, later), Ballot.Zero, [sent, fresh], [open], 0);
        Assert.True(secured.AnswersNow);
    }

    [Fact]
    public void An_open_attempt_that_is_not_in_the_history_is_applied_again()
    {
        Operation sent = Put("a");
        sent.WasSent = true;
        OpenAttempt open = new(At(50), [sent], [new ChangeResult(ChangeOutcome.Applied, null, false)]);
        RoundPlan plan = RoundPlan.Make(Round, Reports(Value("x", 40), Value("x", 40)), Ballot.Zero, [sent], [open], 0);
        Assert.Empty(plan.TookEffect);
        Assert.Empty(plan.Untold);
        Assert.Equal([sent], plan.Operations);
        Assert.True(plan.Changes);
    }

    [Fact]
    public void An_open_attempt_at_or_below_what_was_pruned_can_not_be_told_any_more()
    {
        Operation sent = Put("a");
        Operation read = new(AnyKey, Change.Identity, Consistency.Quorum, 0, 1_000, default);
        OpenAttempt open = new(At(50), [sent, read], [default, default]);
        RegisterRecord pruned = Value("x", 90, pruned: At(50));
        RoundPlan plan = RoundPlan.Make(Round, Reports(pruned, pruned), Ballot.Zero, [sent, read], [open], 0);
        Assert.Equal([open], plan.Untold);
        Assert.Equal([read], plan.Operations);

        RoundPlan absent = RoundPlan.Make(Round, Reports(RegisterRecord.Absent, RegisterRecord.Absent), At(50), [sent], [open], 0);
        Assert.Equal([open], absent.Untold);
        Assert.Empty(absent.Operations);
    }

    [Fact]
    public void A_round_of_identity_keeps_version_and_history()
    {
        Operation settle = new(AnyKey, Change.Identity, Consistency.Quorum, 0, 1_000, default) { MustAccept = true };
        RegisterRecord record = Value("x", 40, vector: [At(40)]);
        RoundPlan plan = RoundPlan.Make(Round, Reports(record, record), Ballot.Zero, [settle], [], 0);
        Assert.False(plan.AnswersNow);
        Assert.Same(record.State, plan.Record.State);
    }

    [Fact]
    public void What_has_expired_becomes_a_tombstone_before_anything_else()
    {
        RegisterState expired = new()
        {
            Kind = RegisterKind.Value,
            Value = "x"u8.ToArray(),
            ExpiresAt = 500,
            Version = new StateVersion(At(40), 1),
        };
        RegisterRecord record = new(At(40), expired);
        Operation read = new(AnyKey, Change.Identity, Consistency.Quorum, 0, 1_000, default);
        RoundPlan plan = RoundPlan.Make(Round, Reports(record, record), Ballot.Zero, [read], [], wall: 500);
        Assert.True(plan.Changes);
        Assert.Equal(RegisterKind.Tombstone, plan.Record.State!.Kind);
        Assert.Equal((false, new StateVersion(Round, 1)), (plan.Results[0].Existed, plan.Results[0].Version));
    }

    [Fact]
    public void A_batch_runs_in_order_and_each_effect_has_a_version_of_its_own()
    {
        RoundPlan plan = RoundPlan.Make(
            Round, Reports(RegisterRecord.Absent, RegisterRecord.Absent), Ballot.Zero, [Increment(5), Increment(2), Delete(), Increment(1)], [], 0);
        Assert.Equal([5, 7, 0, 1], plan.Results.Select(result => result.Number));
        Assert.Equal([1, 2, 3, 4], plan.Results.Select(result => (int)result.Version.Step));
        Assert.Equal("1", Text(plan.Record.State));
    }

    private static ReadQuorum Reports(RegisterRecord first, RegisterRecord second)
    {
        ReadQuorum reports = new(Owners.Of(3));
        reports.Add(0, first);
        reports.Add(1, second);
        return reports;
    }

    private static Ballot At(long counter, ushort member = 1) => new(Epoch.First, counter, member);

    private static RegisterRecord Value(string text, long counter, Ballot[]? vector = null, Ballot pruned = default) =>
        new(At(counter), new RegisterState
        {
            Kind = RegisterKind.Value,
            Value = Encoding.UTF8.GetBytes(text),
            Version = new StateVersion(At(counter), 1),
            Vector = AppliedVector.Of(vector ?? []),
            Pruned = pruned,
        });

    private static Operation Put(string text) => Of(Change.Put(Encoding.UTF8.GetBytes(text)));

    private static Operation Increment(long by) => Of(Change.Increment(by));

    private static Operation Delete() => Of(Change.Delete());

    private static Operation Of(Change change) => new(AnyKey, change, Consistency.Quorum, 0, 1_000, default);

    private static string Text(RegisterState? state) => Encoding.UTF8.GetString(state!.Value.Span);
}

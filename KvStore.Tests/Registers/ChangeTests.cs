using System.Text;
using KvStore.Node.Registers;

namespace KvStore.Tests.Registers;

public sealed class ChangeTests
{
    private static readonly StateVersion Round = new(new Ballot(Epoch.First, 50, 1), 1);

    [Fact]
    public void A_put_replaces_whatever_is_there()
    {
        RegisterState? state = Value("old", 10);
        ChangeResult result = Change.Put(Bytes("new")).Apply(ref state, Round);
        Assert.Equal((ChangeOutcome.Applied, true), (result.Outcome, result.Existed));
        Assert.Equal("new", Text(state));
        Assert.Equal(Round, state!.Version);
    }

    [Fact]
    public void An_empty_value_is_a_value_and_a_tombstone_is_none()
    {
        RegisterState? state = null;
        Assert.False(Change.Put(default).Apply(ref state, Round).Existed);
        Assert.True(state!.HasValue);
        Assert.Equal((ChangeOutcome.Applied, true), OutcomeOf(Change.Delete().Apply(ref state, Round)));
        Assert.Equal(RegisterKind.Tombstone, state!.Kind);
        Assert.Equal((ChangeOutcome.Unchanged, false), OutcomeOf(Change.Delete().Apply(ref state, Round)));
    }

    [Fact]
    public void A_delete_of_an_absent_key_changes_nothing()
    {
        RegisterState? state = null;
        Assert.Equal((ChangeOutcome.Unchanged, false), OutcomeOf(Change.Delete().Apply(ref state, Round)));
        Assert.Null(state);
    }

    [Theory]
    [InlineData(null, "ab", "ab")]
    [InlineData("x", "ab", "xab")]
    [InlineData("x", "", "x")]
    public void An_append_adds_to_the_end_and_absent_counts_as_empty(string? before, string more, string after)
    {
        RegisterState? state = before is null ? null : Value(before, 10);
        ChangeResult result = Change.Append(Bytes(more), lengthMax: 3).Apply(ref state, Round);
        Assert.Equal((ChangeOutcome.Applied, before is not null, (long)after.Length), (result.Outcome, result.Existed, result.Number));
        Assert.Equal((after, Round), (Text(state), state!.Version));
    }

    [Fact]
    public void An_append_that_would_be_too_long_changes_nothing()
    {
        RegisterState? state = Value("abc", 10);
        ChangeResult result = Change.Append(Bytes("d"), lengthMax: 3).Apply(ref state, Round);
        Assert.Equal((ChangeOutcome.TooLong, true), OutcomeOf(result));
        Assert.Equal("abc", Text(state));
    }

    [Fact]
    public void An_append_keeps_the_expiry_of_a_value_and_gives_a_deleted_key_none()
    {
        RegisterState? state = null;
        Change.Put(Bytes("a"), timeToLive: 100).Admitted(now: 1_000).Apply(ref state, Round);
        Change.Append(Bytes("b"), lengthMax: 9).Apply(ref state, Round);
        Assert.Equal(1_100, state!.ExpiresAt);
        Change.Delete().Apply(ref state, Round);
        Change.Append(Bytes("b"), lengthMax: 9).Apply(ref state, Round);
        Assert.Equal(("b", RegisterState.Never), (Text(state), state!.ExpiresAt));
    }

    [Fact]
    public void A_get_and_set_says_what_it_replaced_and_a_put_does_not()
    {
        RegisterState? state = Value("old", 10);
        RegisterState before = state!;
        Assert.Same(before, Change.GetAndSet(Bytes("new")).Apply(ref state, Round).Before);
        Assert.Equal("new", Text(state));
        Assert.Null(Change.Put(Bytes("newer")).Apply(ref state, Round).Before);
        Assert.False(Change.GetAndSet(Bytes("x")).IsUnconditional);
        Assert.False(Change.GetAndDelete().IsUnconditional);
        Assert.False(Change.Append(Bytes("x"), 9).IsUnconditional);
    }

    [Fact]
    public void A_get_and_delete_says_what_it_removed_and_a_delete_does_not()
    {
        RegisterState? state = Value("old", 10);
        RegisterState before = state!;
        Assert.Same(before, Change.GetAndDelete().Apply(ref state, Round).Before);
        Assert.Equal(RegisterKind.Tombstone, state!.Kind);
        Assert.Equal(default, Change.GetAndDelete().Apply(ref state, Round) with { State = null, Outcome = default });
        state = Value("new", 11);
        Assert.Null(Change.Delete().Apply(ref state, Round).Before);
    }

    [Theory]
    [InlineData(null, 5, "5", 5)]
    [InlineData("41", 1, "42", 42)]
    [InlineData("-1", -9, "-10", -10)]
    public void An_increment_adds_to_a_decimal_number_and_absent_counts_as_zero(string? before, long by, string after, long number)
    {
        RegisterState? state = before is null ? null : Value(before, 10);
        ChangeResult result = Change.Increment(by).Apply(ref state, Round);
        Assert.Equal((ChangeOutcome.Applied, number), (result.Outcome, result.Number));
        Assert.Equal(after, Text(state));
    }

    [Theory]
    [InlineData("", 1)]
    [InlineData("12x", 1)]
    [InlineData(" 1", 1)]
    [InlineData("9223372036854775807", 1)]
    [InlineData("-9223372036854775808", -1)]
    public void An_increment_of_what_is_no_number_or_would_overflow_changes_nothing(string before, long by)
    {
        RegisterState? state = Value(before, 10);
        Assert.Equal(ChangeOutcome.NotANumber, Change.Increment(by).Apply(ref state, Round).Outcome);
        Assert.Equal(before, Text(state));
    }

    [Fact]
    public void A_version_condition_holds_only_for_exactly_that_value()
    {
        StateVersion version = VersionAt(10);
        Change change = Change.Put(Bytes("new")) with { Condition = ConditionKind.Version, Expected = version };

        RegisterState? same = Value("old", 10);
        Assert.Equal(ChangeOutcome.Applied, change.Apply(ref same, Round).Outcome);

        RegisterState? other = Value("old", 11);
        ChangeResult refused = change.Apply(ref other, Round);
        Assert.Equal((ChangeOutcome.ConditionFailed, VersionAt(11)), (refused.Outcome, refused.Version));

        RegisterState? tombstone = new() { Kind = RegisterKind.Tombstone, Version = version };
        Assert.Equal(ChangeOutcome.ConditionFailed, change.Apply(ref tombstone, Round).Outcome);
    }

    [Fact]
    public void Two_changes_of_one_round_have_different_versions()
    {
        RegisterState? state = null;
        Ballot ballot = Round.Ballot;
        StateVersion first = Change.Put(Bytes("a")).Apply(ref state, new StateVersion(ballot, 1)).Version;
        StateVersion second = Change.Put(Bytes("b")).Apply(ref state, new StateVersion(ballot, 2)).Version;
        Assert.NotEqual(first, second);
        Change byTheFirst = Change.Put(Bytes("c")) with { Condition = ConditionKind.Version, Expected = first };
        Assert.Equal(ChangeOutcome.ConditionFailed, byTheFirst.Apply(ref state, new StateVersion(ballot, 3)).Outcome);
    }

    [Fact]
    public void Present_and_absent_conditions_look_at_the_value_alone()
    {
        Change ifPresent = Change.Delete() with { Condition = ConditionKind.Present };
        Change ifAbsent = Change.Put(Bytes("x")) with { Condition = ConditionKind.Absent };
        RegisterState? nothing = null;
        Assert.Equal(ChangeOutcome.ConditionFailed, ifPresent.Apply(ref nothing, Round).Outcome);
        Assert.Equal(ChangeOutcome.Applied, ifAbsent.Apply(ref nothing, Round).Outcome);
        Assert.Equal(ChangeOutcome.ConditionFailed, ifAbsent.Apply(ref nothing, Round).Outcome);
        Assert.Equal(ChangeOutcome.Applied, ifPresent.Apply(ref nothing, Round).Outcome);
    }

    [Fact]
    public void Time_to_live_becomes_a_moment_at_admission_and_expiry_a_tombstone_in_a_round()
    {
        Change change = (Change.Put(Bytes("x")) with { TimeToLive = 500 }).Admitted(now: 1_000);
        RegisterState? state = null;
        change.Apply(ref state, Round);
        Assert.Equal(1_500, state!.ExpiresAt);
        Assert.False(Change.Expire(ref state, Round, now: 1_499));
        Assert.True(Change.Expire(ref state, Round, now: 1_500));
        Assert.Equal(RegisterKind.Tombstone, state!.Kind);
        Assert.False(Change.Expire(ref state, Round, now: 1_500));
    }

    [Fact]
    public void An_endless_time_to_live_does_not_overflow() =>
        Assert.Equal(long.MaxValue, Change.Put(default, long.MaxValue).Admitted(now: 1_000).ExpiresAt);

    [Fact]
    public void A_change_of_level_one_gives_way_to_what_a_later_round_wrote()
    {
        Change change = Change.Put(Bytes("one")) with { UnlessPassed = new Ballot(Epoch.First, 20, 1) };
        RegisterState? later = Value("quorum", 21);
        Assert.Equal(ChangeOutcome.Unchanged, change.Apply(ref later, Round).Outcome);
        Assert.Equal("quorum", Text(later));

        RegisterState? earlier = Value("quorum", 19);
        Assert.Equal(ChangeOutcome.Applied, change.Apply(ref earlier, Round).Outcome);
        Assert.Equal("one", Text(earlier));
    }

    private static (ChangeOutcome Outcome, bool Existed) OutcomeOf(ChangeResult result) => (result.Outcome, result.Existed);

    private static StateVersion VersionAt(long counter) => new(new Ballot(Epoch.First, counter, 1), 1);

    private static RegisterState Value(string text, long counter) =>
        new() { Kind = RegisterKind.Value, Value = Bytes(text), Version = VersionAt(counter) };

    private static byte[] Bytes(string text) => Encoding.UTF8.GetBytes(text);

    private static string Text(RegisterState? state) => Encoding.UTF8.GetString(state!.Value.Span);
}

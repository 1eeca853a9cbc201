using KvStore.Node.Registers;

namespace KvStore.Tests.Registers;

public sealed class AcceptorTests
{
    private static readonly RegisterRecord AtFive = RecordAt(5);

    [Fact]
    public void A_promise_is_given_only_above_everything_promised_and_accepted()
    {
        Acceptor acceptor = new(At(7), AtFive, Ballot.Zero);
        Assert.False(acceptor.MayPromise(At(7), out Ballot conflict));
        Assert.Equal(At(7), conflict);
        Assert.True(acceptor.MayPromise(At(8), out _));

        Acceptor acceptedHigher = new(At(2), AtFive, Ballot.Zero);
        Assert.False(acceptedHigher.MayPromise(At(5), out conflict));
        Assert.Equal(At(5), conflict);
    }

    [Fact]
    public void Of_equal_counters_the_higher_ordinal_wins()
    {
        Acceptor acceptor = new(new Ballot(Epoch.First, 7, 2), RegisterRecord.Absent, Ballot.Zero);
        Assert.False(acceptor.MayPromise(new Ballot(Epoch.First, 7, 1), out _));
        Assert.True(acceptor.MayPromise(new Ballot(Epoch.First, 7, 3), out _));
    }

    [Fact]
    public void A_later_epoch_wins_over_every_counter()
    {
        Acceptor acceptor = new(new Ballot(Epoch.First, long.MaxValue, 9), RegisterRecord.Absent, Ballot.Zero);
        Assert.True(acceptor.MayPromise(new Ballot(new Epoch(2), 1, 0), out _));
    }

    [Fact]
    public void An_accept_is_taken_at_the_promised_ballot_and_above_but_never_below()
    {
        Acceptor acceptor = new(At(7), AtFive, Ballot.Zero);
        Assert.Equal(AcceptDecision.Accept, acceptor.DecideAccept(At(7), out _));
        Assert.Equal(AcceptDecision.Accept, acceptor.DecideAccept(At(9), out _));
        Assert.Equal(AcceptDecision.Conflict, acceptor.DecideAccept(At(6), out Ballot conflict));
        Assert.Equal(At(7), conflict);
    }

    [Fact]
    public void An_accept_below_what_was_accepted_is_refused_even_without_a_promise()
    {
        Acceptor acceptor = new(Ballot.Zero, AtFive, Ballot.Zero);
        Assert.Equal(AcceptDecision.Conflict, acceptor.DecideAccept(At(4), out Ballot conflict));
        Assert.Equal(At(5), conflict);
    }

    [Fact]
    public void The_same_accept_again_is_accepted_again_whatever_was_promised_since()
    {
        Acceptor acceptor = new(At(9), AtFive, Ballot.Zero);
        Assert.Equal(AcceptDecision.AlreadyAccepted, acceptor.DecideAccept(At(5), out _));
    }

    [Fact]
    public void The_floor_stands_for_a_promise_on_absent_keys_only()
    {
        Acceptor absent = new(Ballot.Zero, RegisterRecord.Absent, At(6));
        Assert.False(absent.MayPromise(At(6), out Ballot conflict));
        Assert.Equal(At(6), conflict);
        Assert.Equal(AcceptDecision.Conflict, absent.DecideAccept(At(6), out _));
        Assert.Equal(AcceptDecision.Accept, absent.DecideAccept(At(7), out _));

        Acceptor present = new(Ballot.Zero, AtFive, At(8));
        Assert.True(present.MayPromise(At(6), out _));
    }

    [Fact]
    public void A_chosen_record_is_learned_whatever_was_promised()
    {
        Assert.Equal(LearnDecision.Learn, new Acceptor(At(99), AtFive, Ballot.Zero).DecideLearn(At(6)));
        Assert.Equal(LearnDecision.AlreadyKnown, new Acceptor(Ballot.Zero, AtFive, Ballot.Zero).DecideLearn(At(5)));
        Assert.Equal(LearnDecision.RefusedByFloor, new Acceptor(Ballot.Zero, RegisterRecord.Absent, At(6)).DecideLearn(At(6)));
        Assert.Equal(LearnDecision.Learn, new Acceptor(Ballot.Zero, RegisterRecord.Absent, At(6)).DecideLearn(At(7)));
    }

    private static Ballot At(long counter) => new(Epoch.First, counter, 1);

    private static RegisterRecord RecordAt(long counter) => new(At(counter), new RegisterState { Kind = RegisterKind.Value });
}

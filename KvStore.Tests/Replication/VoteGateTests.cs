using KvStore.Node.Membership;
using KvStore.Node.Replication;
using KvStore.Node.Ring;
using KvStore.Tests.Peers;
using Xunit;

namespace KvStore.Tests.Replication;

public sealed class VoteGateTests
{
    private static readonly ShownMark Opened = new(BootCount: 3, BootNonce: 9, OpenedLsn: 100, DurableLsn: 100);

    private readonly List<VoteState> _openedFrom = [];

    private RememberedMark ThisLife => new(Opened.BootCount, Opened.BootNonce, Opened.DurableLsn);

    [Theory]
    [InlineData(0, true)]
    [InlineData(1, false)]
    [InlineData(4, false)]
    public void Without_others_there_is_nobody_to_ask(int others, bool opens) => Assert.Equal(opens, GateOf(others).IsOpen);

    [Fact]
    public void A_disk_that_proves_itself_whole_votes_at_once() => Assert.True(GateOf(4, isProvenWhole: true).IsOpen);

    [Theory]
    [InlineData(1, 1)]
    [InlineData(2, 2)]
    [InlineData(3, 2)]
    [InlineData(4, 3)]
    public void A_majority_of_the_others_opens_it(int others, int needed)
    {
        VoteGate gate = GateOf(others);
        for (int i = 1; i < needed; i++)
        {
            Assert.False(gate.Hear(Messages.Member($"m{i}"), ThisLife));
            Assert.False(gate.Hear(Messages.Member($"m{i}"), ThisLife), "each counts once");
            Assert.False(gate.IsOpen);
        }

        Assert.True(gate.Hear(Messages.Member("last"), ThisLife));
        Assert.Equal((VoteState.Voting, ""), (gate.State, gate.Reason));
        Assert.Single(_openedFrom);
    }

    [Fact]
    public void Where_owners_have_changed_since_those_of_now_are_asked()
    {
        VoteGate gate = GateOf(2);
        Assert.False(gate.Hear(Messages.Member("stays"), ThisLife));
        Assert.False(gate.Ask(new HashSet<MemberId> { Messages.Member("stays"), Messages.Member("new"), Messages.Member("newer") }));
        Assert.False(gate.Hear(Messages.Member("gone"), ThisLife));
        Assert.Contains("1 of 2", gate.Reason, StringComparison.Ordinal);
        Assert.True(gate.Hear(Messages.Member("newer"), ThisLife));
        Assert.Equal((VoteState.Voting, 1), (gate.State, _openedFrom.Count));

        VoteGate other = GateOf(2);
        Assert.False(other.Hear(Messages.Member("stays"), ThisLife));
        Assert.True(other.Ask(new HashSet<MemberId> { Messages.Member("stays") }));
        Assert.False(other.Ask(new HashSet<MemberId> { Messages.Member("new") }));
        Assert.True(other.Hear(Messages.Member("gone"), ThisLife with { Lsn = Opened.DurableLsn + 1, BootNonce = Opened.BootNonce + 1 }));
        Assert.Equal(VoteState.Amnesiac, other.State);
    }

    [Fact]
    public void Who_has_not_seen_this_life_yet_has_not_said_what_it_remembers()
    {
        VoteGate gate = GateOf(1);
        Assert.False(gate.Hear(Messages.Member("b"), default));
        Assert.False(gate.Hear(Messages.Member("b"), new RememberedMark(2, 8, 100)));
        Assert.Equal(VoteState.Waiting, gate.State);
        Assert.Contains("0 of 1", gate.Reason, StringComparison.Ordinal);
    }

    [Theory]
    [InlineData(true)]
    [InlineData(false)]
    public void One_that_remembers_more_closes_it_for_ever(bool isProvenWhole)
    {
        VoteGate gate = GateOf(2, isProvenWhole);
        Assert.True(gate.Hear(Messages.Member("b"), new RememberedMark(2, 8, 101)));
        Assert.False(gate.Hear(Messages.Member("c"), ThisLife));
        Assert.False(gate.Hear(Messages.Member("b"), ThisLife));
        Assert.Equal(VoteState.Amnesiac, gate.State);
        Assert.Contains("boot 2 with log number 101", gate.Reason, StringComparison.Ordinal);
    }

    [Fact]
    public void Who_is_not_asked_does_not_count_unless_it_remembers_more()
    {
        VoteGate gate = new(Opened, others: 2, isProvenWhole: false, lost: null, () => { }, member => member != Messages.Member("joining"));
        Assert.False(gate.Hear(Messages.Member("b"), ThisLife));
        Assert.False(gate.Hear(Messages.Member("joining"), ThisLife));
        Assert.Equal(VoteState.Waiting, gate.State);
        Assert.True(gate.Hear(Messages.Member("joining"), new RememberedMark(2, 8, 101)));
        Assert.Equal(VoteState.Amnesiac, gate.State);
    }

    [Fact]
    public void What_was_confessed_stays_true()
    {
        VoteGate gate = new(Opened, 0, isProvenWhole: true, new RememberedMark(7, 7, 700), () => { });
        Assert.Equal(VoteState.Amnesiac, gate.State);
    }

    private VoteGate GateOf(int others, bool isProvenWhole = false)
    {
        VoteGate? gate = null;
        gate = new VoteGate(Opened, others, isProvenWhole, lost: null, () => _openedFrom.Add(gate!.State));
        return gate;
    }
}

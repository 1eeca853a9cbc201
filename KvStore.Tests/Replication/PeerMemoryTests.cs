using KvStore.Node.Membership;
using KvStore.Node.Replication;
using KvStore.Node.Ring;
using KvStore.Tests.Peers;
using Xunit;

namespace KvStore.Tests.Replication;

public sealed class PeerMemoryTests
{
    private static readonly MemberId Peer = Messages.Member("b");

    private readonly PeerMemory _memory = new();

    [Fact]
    public void A_frame_of_a_life_that_is_over_does_not_count_and_harms_nothing()
    {
        Assert.True(Hear(new ShownMark(1, 5, 0, 10)));
        Assert.True(Hear(new ShownMark(2, 6, 10, 12)));
        Assert.False(Hear(new ShownMark(1, 5, 0, 11)));
        Assert.True(Hear(new ShownMark(2, 6, 10, 13)));
        Assert.Equal((new RememberedMark(2, 6, 13), VoteState.Voting), (_memory.MarkOf(Peer), _memory.StateOf(Peer)));
    }

    [Fact]
    public void A_member_that_shows_less_is_an_amnesiac_and_is_not_learned_from()
    {
        _memory.Recall(Peer, new RememberedMark(4, 5, 100));
        Assert.False(Hear(new ShownMark(5, 6, 99, 99)));
        Assert.Equal((new RememberedMark(4, 5, 100), VoteState.Amnesiac), (_memory.MarkOf(Peer), _memory.StateOf(Peer)));
    }

    [Fact]
    public void A_member_that_says_that_it_forgot_does_not_count() =>
        Assert.False(_memory.Hear(Peer, new ShownMark(1, 5, 0, 0), VoteState.Amnesiac, out _));

    /// <summary>Every thread that brings a frame takes what is due, and meets members meanwhile.</summary>
    [Fact]
    public async Task What_is_due_is_taken_once_while_members_are_met()
    {
        const int Rounds = 200;
        const int Members = 100;
        for (int round = 0; round < Rounds; round++)
        {
            PeerMemory memory = new();
            Task meeting = Task.Run(
                () =>
                {
                    for (int i = 0; i < Members; i++)
                    {
                        memory.Hear(Messages.Member($"{i}"), new ShownMark(1, 5, 0, 10), VoteState.Voting, out _);
                    }
                },
                TestContext.Current.CancellationToken);
            List<MemberId> written = [];
            while (!meeting.IsCompleted)
            {
                written.AddRange(memory.TakeDue(1_000).Select(due => due.Member));
            }

            await meeting;
            written.AddRange(memory.TakeDue(1_000).Select(due => due.Member));
            Assert.Equal(Members, written.Distinct().Count());
            Assert.Equal(Members, written.Count);
        }
    }

    [Fact]
    public void A_new_life_is_written_at_once_and_growth_when_there_is_enough_of_it()
    {
        Assert.True(_memory.Hear(Peer, new ShownMark(1, 5, 0, 10), VoteState.Voting, out bool isNewLife));
        Assert.True(isNewLife);
        Assert.Equal([(Peer, new RememberedMark(1, 5, 10))], _memory.TakeDue(5));
        Hear(new ShownMark(1, 5, 0, 14));
        Assert.Empty(_memory.TakeDue(5));
        Hear(new ShownMark(1, 5, 0, 15));
        Assert.Equal([(Peer, new RememberedMark(1, 5, 15))], _memory.TakeDue(5));
        Assert.Empty(_memory.TakeDue(5));
    }

    private bool Hear(in ShownMark shown) => _memory.Hear(Peer, shown, VoteState.Voting, out _);
}

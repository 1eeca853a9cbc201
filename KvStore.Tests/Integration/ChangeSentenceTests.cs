using KvStore.Client;
using KvStore.Hosting;
using Xunit;

namespace KvStore.Tests.Integration;

public sealed class ChangeSentenceTests
{
    private static readonly ChangeMove[] Moves = [new("n4", "n1", 1000, 20, 5000), new("n4", "n2", 500, 10, 2500), new("n3", "n1", 1, 0, 0)];

    [Fact]
    public void A_plan_says_how_much_goes_where() =>
        Assert.Equal(
            "1,501 slots with 30 keys (7,500 bytes) move to n1 (1,001), n2 (500)",
            ChangeSentence.Of(PlanOf(MembershipChange.Leave, Moves))
        );

    [Fact]
    public void Who_is_dead_hands_nothing_over() =>
        Assert.Equal(
            "copies of 1 slot with 1 key (1 byte) are made by n1 (1)",
            ChangeSentence.Of(PlanOf(MembershipChange.Remove, [new ChangeMove("n4", "n1", 1, 1, 1)]))
        );

    [Fact]
    public void Where_every_member_owns_every_slot_nothing_moves() =>
        Assert.Equal("nothing moves: the others have copies of all that n4 holds", ChangeSentence.Of(PlanOf(MembershipChange.Leave, [])));

    private static ChangePlan PlanOf(MembershipChange change, IReadOnlyList<ChangeMove> moves) =>
        new("id", change, "n4", Epoch: 2, SlotsMoved: 0, SlotsMovedLeast: 0, moves, []);
}

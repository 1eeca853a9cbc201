using KvStore.Node.Ring;
using KvStore.Node.Topology;
using KvStore.Tests.Coordination;

namespace KvStore.Tests.Topology;

public sealed class ChangePreviewTests
{
    private const int Replication = 3;

    private static readonly (long Keys, long Bytes) Known = (10, 1_000);

    [Theory]
    [InlineData(4)]
    [InlineData(5)]
    [InlineData(20)]
    public void What_a_member_gives_up_is_taken_over_by_the_others_and_little_else_moves(int members)
    {
        ChangePreview preview = PreviewOf(members, _ => Known);
        ChangeShare going = preview.Shares.Single(share => share.Member.Name == "node2");
        int moved = preview.Moves.Sum(move => move.Slots);

        Assert.Equal(0, going.SlotsAfter);
        Assert.Equal(going.SlotsBefore, preview.Moves.Where(move => move.From.Name == "node2").Sum(move => move.Slots));
        Assert.DoesNotContain(preview.Moves, move => move.To.Name == "node2" || move.From == move.To);
        Assert.Equal(Slot.Count * Replication, preview.Shares.Sum(share => share.SlotsBefore));
        Assert.Equal(Slot.Count * Replication, preview.Shares.Sum(share => share.SlotsAfter));
        Assert.InRange(moved, preview.MovesLeast, preview.MovesLeast * 1.25);
        foreach (ChangeShare share in preview.Shares)
        {
            int gained = preview.Moves.Where(move => move.To == share.Member).Sum(move => move.Slots);
            int lost = preview.Moves.Where(move => move.From == share.Member).Sum(move => move.Slots);
            Assert.Equal(share.SlotsAfter, share.SlotsBefore + gained - lost);
        }
    }

    [Fact]
    public void What_is_not_known_of_a_slot_is_taken_from_those_that_are()
    {
        ChangePreview all = PreviewOf(5, _ => Known);
        ChangePreview half = PreviewOf(5, slot => slot.Number % 2 == 0 ? Known : null);
        Assert.All(all.Moves, move => Assert.Equal((move.Slots * Known.Keys, move.Slots * Known.Bytes), (move.Keys, move.Bytes)));
        Assert.Equal(all.Moves, half.Moves);
        Assert.All(PreviewOf(5, _ => null).Moves, move => Assert.Equal(0, move.Keys));
    }

    [Fact]
    public void Its_id_is_that_of_one_change_of_one_topology()
    {
        string id = PreviewOf(5, _ => Known).Id;
        Assert.Equal(id, PreviewOf(5, _ => null).Id);
        Assert.NotEqual(id, PreviewOf(6, _ => Known).Id);
        Assert.NotEqual(id, PreviewOf(5, _ => Known, going: 3).Id);
    }

    private static ChangePreview PreviewOf(int members, Func<Slot, (long Keys, long Bytes)?> countsOf, int going = 2)
    {
        TopologyMember member = Owners.Member(going);
        TopologyDocument joint = ChangePlan.LetGo(new TopologyChain([Owners.Document(members, Replication)]), member.Id);
        return ChangePreview.Of(new TopologySnapshot(joint), MembershipChange.Leave, member, countsOf);
    }
}

using KvStore.Node.Registers;
using KvStore.Node.Ring;
using KvStore.Node.Topology;
using KvStore.Tests.Coordination;

namespace KvStore.Tests.Topology;

public sealed class MoveTallyTests
{
    private static readonly TopologyDocument First = Owners.Document(5, 3);
    private static readonly TopologySnapshot Joint = new(ChangePlan.LetIn(new TopologyChain([First]), [Owners.Member(6)]));

    [Fact]
    public void It_is_complete_exactly_when_every_moving_slot_has_a_majority_of_its_old_owners()
    {
        // Of five old owners in threes, any four hold two of every three; a slot of two silent ones may lack it.
        for (int silent = 0; silent < 1 << 5; silent++)
        {
            MoveTally tally = new(Joint);
            bool expected = true;
            for (int number = 1; number <= 5; number++)
            {
                if ((silent >> (number - 1) & 1) == 0)
                {
                    tally.Hear(Owners.Member(number).Id, Joint.Epoch);
                }
            }

            for (int slot = 0; slot < Slot.Count; slot++)
            {
                expected &= !Joint.Groups.IsMoving(new Slot(slot)) || OldOwnersOf(new Slot(slot)).Count(number => (silent >> (number - 1) & 1) == 0) >= 2;
            }

            Assert.Equal(expected, tally.IsComplete);
        }
    }

    [Fact]
    public void New_owners_and_other_epochs_count_for_nothing_and_nobody_twice()
    {
        MoveTally tally = new(Joint);
        for (int number = 1; number <= 5; number++)
        {
            tally.Hear(Owners.Member(number).Id, new Epoch(Joint.Epoch.Number - 1));
            tally.Hear(Owners.Member(6).Id, Joint.Epoch);
            tally.Hear(Owners.Member(1).Id, Joint.Epoch);
        }

        Assert.False(tally.IsComplete);
    }

    [Fact]
    public void A_member_s_slots_that_move_are_those_it_owned()
    {
        MemberId member = Owners.Member(2).Id;
        HashSet<Slot> moved = [.. MoveTally.MovedFrom(Joint, member)];
        Assert.NotEmpty(moved);
        for (int number = 0; number < Slot.Count; number++)
        {
            Slot slot = new(number);
            Assert.Equal(Joint.Groups.IsMoving(slot) && OldOwnersOf(slot).Contains(2), moved.Contains(slot));
        }

        Assert.Empty(MoveTally.MovedFrom(Joint, Owners.Member(6).Id));
    }

    private static List<int> OldOwnersOf(Slot slot)
    {
        SlotTable old = Joint.Groups.Current;
        List<int> owners = [];
        foreach (ushort index in old.Owners(slot))
        {
            owners.Add(Enumerable.Range(1, 5).Single(number => Owners.Member(number).Id == old.Members[index].Id));
        }

        return owners;
    }
}

using KvStore.Node.Migration;
using KvStore.Node.Ring;
using KvStore.Node.Topology;
using KvStore.Tests.Coordination;

namespace KvStore.Tests.Migration;

public sealed class CompletionTallyTests
{
    private static readonly TopologySnapshot Joint = JointTopology.Of(current: [1, 2, 3], next: [3, 4, 5]);

    [Fact]
    public void A_change_is_complete_when_two_of_three_next_owners_of_every_slot_are()
    {
        CompletionTally tally = new(Joint);
        Assert.Equal(Slot.Count, tally.Missing());
        tally.Hear(Owners.Member(4).Id, Every());
        tally.Hear(Owners.Member(1).Id, Every()); // an old owner is none of them
        Assert.Equal(Slot.Count, tally.Missing());
        tally.Hear(Owners.Member(3).Id, But(7));
        Assert.Equal(1, tally.Missing());
        tally.Hear(Owners.Member(5).Id, Every());
        Assert.Equal(0, tally.Missing());
        Assert.Equal((false, true), (tally.IsWhole(), tally.AreJoinersWhole()));
        tally.Hear(Owners.Member(3).Id, Every());
        Assert.True(tally.IsWhole());
    }

    [Fact]
    public void A_set_of_slots_is_the_same_after_its_bytes()
    {
        SlotSet set = But(16_000);
        byte[] bytes = new byte[SlotSet.EncodedLength];
        set.WriteTo(bytes);
        SlotSet read = SlotSet.ReadFrom(bytes);
        Assert.Equal((Slot.Count - 1, false, true), (read.Count, read.Contains(new Slot(16_000)), read.Contains(new Slot(15_999))));
    }

    private static SlotSet Every() => But(-1);

    private static SlotSet But(int missing)
    {
        SlotSet set = new();
        foreach (int number in Enumerable.Range(0, Slot.Count).Where(number => number != missing))
        {
            set.Add(new Slot(number));
        }

        return set;
    }
}

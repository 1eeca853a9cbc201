using KvStore.Node.Migration;
using KvStore.Node.Registers;
using KvStore.Node.Ring;
using KvStore.Node.Topology;
using KvStore.Tests.Coordination;

namespace KvStore.Tests.Migration;

/// <summary>Every slot moves from nodes 1, 2, 3 to nodes 3, 4, 5: node 4 is new, node 3 stays.</summary>
public sealed class SlotMergeTests
{
    private static readonly TopologySnapshot Joint = JointTopology.Of(current: [1, 2, 3], next: [3, 4, 5]);

    private static readonly Key Key = new("k"u8.ToArray());

    private static readonly HashSet<Slot> Slots = [Key.Slot];

    [Fact]
    public void A_slot_is_heard_when_a_majority_of_the_old_owners_was()
    {
        SlotMerge merge = MergeOf(4);
        merge.AddHeard(IdOf(1), Key.Slot);
        Assert.Empty(merge.Heard);
        merge.AddHeard(IdOf(1), Key.Slot); // the same one again
        merge.AddHeard(IdOf(5), Key.Slot); // no old owner
        Assert.Empty(merge.Heard);
        merge.AddHeard(IdOf(2), Key.Slot);
        Assert.Equal([Key.Slot], merge.Heard);
    }

    [Fact]
    public void What_two_of_three_old_owners_report_is_taken_over_from_one_of_them()
    {
        SlotMerge merge = MergeOf(4);
        merge.Add(IdOf(1), Key, Record(7));
        merge.Add(IdOf(2), Key, Record(7));
        Assert.Equal(BallotOf(7), Assert.Single(merge.WantedFrom(IdOf(1), Slots)).Value);
        Assert.Empty(merge.WantedFrom(IdOf(3), Slots)); // does not report it
        merge.Took(Key);
        Assert.Empty(merge.WantedFrom(IdOf(2), Slots));
        Assert.Empty(merge.Unsettled(Slots));
    }

    [Fact]
    public void What_one_old_owner_reports_is_settled_by_a_round()
    {
        SlotMerge merge = MergeOf(4);
        merge.Add(IdOf(1), Key, Record(7));
        merge.Add(IdOf(2), Key, Record(6));
        merge.Add(IdOf(3), Key, Record(6));
        Assert.Empty(merge.WantedFrom(IdOf(1), Slots));
        Assert.Empty(merge.WantedFrom(IdOf(2), Slots)); // a majority holds 6, but something higher is there
        Assert.Equal([Key], merge.Unsettled(Slots));
    }

    [Fact]
    public void A_report_of_a_later_state_replaces_those_of_earlier_ones()
    {
        SlotMerge merge = MergeOf(4);
        merge.Add(IdOf(1), Key, Record(6));
        merge.Add(IdOf(2), Key, Record(6));
        merge.Add(IdOf(2), Key, Record(7)); // it was written while its pages were read
        Assert.Equal([Key], merge.Unsettled(Slots));
        Assert.Empty(merge.WantedFrom(IdOf(2), Slots));
        merge.Add(IdOf(1), Key, Record(7));
        Assert.Single(merge.WantedFrom(IdOf(1), Slots));
    }

    [Fact]
    public void Two_reports_of_one_old_owner_are_one()
    {
        SlotMerge merge = MergeOf(4);
        merge.Add(IdOf(1), Key, Record(7));
        merge.Add(IdOf(1), Key, Record(7));
        merge.Add(IdOf(4), Key, Record(7));
        Assert.Empty(merge.WantedFrom(IdOf(1), Slots));
    }

    [Fact]
    public void What_is_held_already_needs_nothing()
    {
        SlotMerge merge = MergeOf(4);
        merge.AddOwn(Key, BallotOf(8));
        merge.Add(IdOf(1), Key, Record(7));
        merge.Add(IdOf(2), Key, Record(7));
        Assert.Empty(merge.Unsettled(Slots));
        Assert.Empty(merge.WantedFrom(IdOf(1), Slots));
    }

    [Fact]
    public void An_owner_that_stays_counts_once()
    {
        SlotMerge merge = MergeOf(3);
        merge.AddHeard(IdOf(3), Key.Slot);
        Assert.Empty(merge.Heard);
        merge.AddHeard(IdOf(2), Key.Slot);
        Assert.Equal([Key.Slot], merge.Heard);
        merge.AddOwn(Key, BallotOf(6));
        merge.Add(IdOf(2), Key, Record(7));
        Assert.Equal([Key], merge.Unsettled(Slots)); // one of three: not known to be chosen
        merge.Add(IdOf(1), Key, Record(7));
        Assert.Single(merge.WantedFrom(IdOf(1), Slots));
    }

    [Fact]
    public void Tombstones_are_taken_over_like_values()
    {
        SlotMerge merge = MergeOf(4);
        merge.Add(IdOf(1), Key, Record(7, RegisterKind.Tombstone));
        merge.Add(IdOf(3), Key, Record(7, RegisterKind.Tombstone));
        Assert.Single(merge.WantedFrom(IdOf(3), Slots));
    }

    [Fact]
    public void The_highest_floor_counts()
    {
        SlotMerge merge = MergeOf(4);
        merge.AddFloor(Key.Slot, BallotOf(3));
        merge.AddFloor(Key.Slot, BallotOf(5));
        merge.AddFloor(Key.Slot, BallotOf(4));
        Assert.Equal(BallotOf(5), merge.FloorOf(Key.Slot));
    }

    private static SlotMerge MergeOf(int member) => new(Joint, IdOf(member), ProtocolSettings.Sound);

    private static MemberId IdOf(int number) => Owners.Member(number).Id;

    private static Ballot BallotOf(long counter) => new(Epoch.First, counter, 1);

    private static RegisterRecord Record(long counter, RegisterKind kind = RegisterKind.Value) =>
        new(BallotOf(counter), new RegisterState { Kind = kind, Version = new StateVersion(BallotOf(counter), 1) });
}

using KvStore.Node.Migration;
using KvStore.Node.Registers;
using KvStore.Node.Replication;
using KvStore.Node.Ring;
using KvStore.Node.Storage;
using KvStore.Node.Topology;
using KvStore.Tests.Coordination;
using Xunit;

namespace KvStore.Tests.Migration;

/// <summary>Every slot moves from nodes 1, 2, 3 to nodes 3, 4, 5: node 4 is new, node 3 stays.</summary>
public sealed class AgreedSlotsTests
{
    private static readonly TopologySnapshot Joint = JointTopology.Of(current: [1, 2, 3], next: [3, 4, 5]);

    private static readonly Slot Slot = new(7);

    private static readonly SlotSummary Some = Summary(1);

    private static readonly SlotSummary Other = Summary(2);

    private static readonly SlotSummary Empty = new(default(SlotDigest), Ballot.Zero);

    [Fact]
    public void Who_joins_takes_the_records_of_one_of_two_that_agree()
    {
        AgreedSlots agreed = Of(4, Empty);
        agreed.Add(IdOf(1), Slot, Other);
        agreed.Add(IdOf(2), Slot, Some);
        Assert.Null(Find(agreed, 4));
        agreed.Add(IdOf(3), Slot, Some);
        AgreedSlot found = Assert.NotNull(Find(agreed, 4));
        Assert.Contains(found.Source, (MemberId?[])[IdOf(2), IdOf(3)]);
        Assert.Equal(Some.Floor, found.Floor);
    }

    [Fact]
    public void Who_stays_and_agrees_with_one_other_takes_nothing()
    {
        AgreedSlots agreed = Of(3, Some);
        agreed.Add(IdOf(1), Slot, Other);
        Assert.Null(Find(agreed, 3));
        agreed.Add(IdOf(2), Slot, Some);
        Assert.Null(Assert.NotNull(Find(agreed, 3)).Source);
    }

    [Fact]
    public void Who_stays_and_holds_something_else_looks_at_every_record()
    {
        AgreedSlots agreed = Of(3, Other);
        agreed.Add(IdOf(1), Slot, Some);
        agreed.Add(IdOf(2), Slot, Some);
        Assert.Null(Find(agreed, 3));
    }

    [Fact]
    public void Equal_digests_with_other_floors_do_not_agree()
    {
        AgreedSlots agreed = Of(4, Empty);
        agreed.Add(IdOf(1), Slot, Some);
        agreed.Add(IdOf(2), Slot, Some with { Floor = new Ballot(Epoch.First, 9, 1) });
        Assert.Null(Find(agreed, 4));
    }

    [Fact]
    public void Digests_that_are_not_known_do_not_agree()
    {
        AgreedSlots agreed = Of(4, Empty);
        agreed.Add(IdOf(1), Slot, Some with { Digest = null });
        agreed.Add(IdOf(2), Slot, Some with { Digest = null });
        Assert.Null(Find(agreed, 4));
    }

    [Fact]
    public void A_member_counts_once_and_only_if_it_is_an_old_owner()
    {
        AgreedSlots agreed = Of(4, Some);
        agreed.Add(IdOf(1), Slot, Some);
        agreed.Add(IdOf(1), Slot, Some);
        agreed.Add(IdOf(5), Slot, Some);
        Assert.Null(Find(agreed, 4));
    }

    [Fact]
    public void There_is_nothing_to_take_of_an_empty_slot_or_one_that_is_held_already()
    {
        AgreedSlots empty = Of(4, Empty);
        AgreedSlots held = Of(4, Some);
        foreach (int owner in (int[])[1, 2])
        {
            empty.Add(IdOf(owner), Slot, Empty);
            held.Add(IdOf(owner), Slot, Some);
        }

        Assert.Null(Assert.NotNull(Find(empty, 4)).Source);
        Assert.Null(Assert.NotNull(Find(held, 4)).Source);
    }

    private static AgreedSlots Of(int member, SlotSummary own)
    {
        AgreedSlots agreed = new(Joint, IdOf(member), ProtocolSettings.Sound);
        agreed.AddOwn(Slot, own);
        return agreed;
    }

    private static AgreedSlot? Find(AgreedSlots agreed, int member) =>
        agreed.Find(TransferPlan.For(Joint, IdOf(member)).Single(pull => pull.Slot == Slot));

    private static MemberId IdOf(int number) => Owners.Member(number).Id;

    private static SlotSummary Summary(ulong number) => new(new SlotDigest(number, number), new Ballot(Epoch.First, 5, 1));
}

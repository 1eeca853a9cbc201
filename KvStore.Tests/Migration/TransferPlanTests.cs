using KvStore.Node.Migration;
using KvStore.Node.Ring;
using KvStore.Node.Topology;
using KvStore.Tests.Coordination;

namespace KvStore.Tests.Migration;

public sealed class TransferPlanTests
{
    [Fact]
    public void Nothing_is_taken_over_while_no_change_is_under_way() =>
        Assert.Empty(TransferPlan.For(Owners.Topology(4, 3), Owners.Member(1).Id));

    [Fact]
    public void A_joining_member_takes_every_slot_that_it_gets_from_a_majority_of_the_old_owners()
    {
        TopologySnapshot joint = JointTopology.Of(current: [1, 2, 3], next: [1, 2, 3, 4]);
        IReadOnlyList<SlotPull> pulls = TransferPlan.For(joint, Owners.Member(4).Id);

        Assert.Equal(Moving(joint), pulls.Select(pull => pull.Slot));
        Assert.InRange(pulls.Count, Slot.Count / 2, Slot.Count);
        Assert.All(pulls, pull => Assert.Equal((false, 3, 2), (pull.IsStaying, pull.Sources.Count(), pull.Needed)));
    }

    [Fact]
    public void An_owner_that_stays_hears_one_of_the_two_others()
    {
        TopologySnapshot joint = JointTopology.Of(current: [1, 2, 3], next: [1, 2, 3, 4]);
        IReadOnlyList<SlotPull> pulls = TransferPlan.For(joint, Owners.Member(1).Id);

        Assert.NotEmpty(pulls);
        Assert.All(pulls, pull => Assert.Equal((true, 2, 1), (pull.IsStaying, pull.Sources.Count(), pull.Needed)));
    }

    [Fact]
    public void Who_leaves_takes_nothing_over() =>
        Assert.Empty(TransferPlan.For(JointTopology.Of(current: [1, 2, 3, 4], next: [1, 2, 3]), Owners.Member(4).Id));

    [Fact]
    public void Who_joins_begins_first_and_the_others_from_the_last_that_came()
    {
        TopologySnapshot joint = JointTopology.Of(current: [1, 2, 4], next: [1, 2, 3, 5]); // node3 and node5 join
        Assert.Equal([3, 2, 1, 0], new[] { 1, 2, 3, 5 }.Select(number => TransferPlan.TurnOf(joint, Owners.Member(number).Id)));
    }

    [Fact]
    public void Of_many_members_several_begin_at_the_same_time()
    {
        TopologyDocument document = Owners.Document(8, 3);
        TopologySnapshot joint = new(document with { Next = [.. document.Members.Skip(1).Select(member => member.Id)] }); // node1 leaves
        Assert.Equal([0, 5, 4, 3, 2, 1, 0], Enumerable.Range(2, 7).Select(number => TransferPlan.TurnOf(joint, Owners.Member(number).Id)));
    }

    [Fact]
    public void A_plan_can_be_read()
    {
        TopologySnapshot joint = JointTopology.Of(current: [1, 2, 3], next: [2, 3, 4]);
        Assert.Equal("slot 0: node4 takes over from 2 of ", TransferPlan.Describe(TransferPlan.For(joint, Owners.Member(4).Id).Take(1), joint)[..35]);
        Assert.Equal("slot 0: node2 stays and hears 1 of ", TransferPlan.Describe(TransferPlan.For(joint, Owners.Member(2).Id).Take(1), joint)[..35]);
    }

    private static IEnumerable<Slot> Moving(TopologySnapshot joint) =>
        Enumerable.Range(0, Slot.Count).Select(number => new Slot(number)).Where(joint.Groups.IsMoving);
}

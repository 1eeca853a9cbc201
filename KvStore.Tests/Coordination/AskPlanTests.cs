using System.Numerics;
using KvStore.Node.Coordination;
using KvStore.Node.Topology;

namespace KvStore.Tests.Coordination;

public sealed class AskPlanTests
{
    [Fact]
    public void The_best_majority_is_asked() =>
        Assert.Equal(0b101u, AskPlan.Choose(Owners.Of(3), 0, 0, needed: 2, [2, 0, 1]));

    [Fact]
    public void A_level_above_a_majority_asks_as_many() =>
        Assert.Equal(0b111u, AskPlan.Choose(Owners.Of(3), 0, 0, needed: 3, [2, 0, 1]));

    [Fact]
    public void A_level_that_anybody_may_answer_asks_the_best() =>
        Assert.Equal(0b10u, AskPlan.Choose(Owners.Of(3), 0, 0, AskPlan.AnyOne, [1, 0, 2]));

    [Fact]
    public void The_next_best_takes_the_place_of_one_that_failed() =>
        Assert.Equal(0b01000u, AskPlan.Choose(Owners.Of(5), asked: 0b00110, failed: 0b00001, needed: 3, [0, 1, 2, 3, 4]));

    [Fact]
    public void Where_not_even_all_suffice_all_are_asked() =>
        Assert.Equal(0b100u, AskPlan.Choose(Owners.Of(3), asked: 0, failed: 0b011, needed: 2, [0, 1, 2]));

    [Fact]
    public void In_the_joint_phase_the_best_majority_of_each_group_is_asked()
    {
        SlotOwners owners = Owners.Joint();
        int[] worstFirst = [owners.PlaceOf(3), owners.PlaceOf(1), owners.PlaceOf(4), owners.PlaceOf(2), owners.PlaceOf(5)];
        Assert.Equal(Bits(owners, 1, 3, 4), AskPlan.Choose(owners, 0, 0, needed: 2, worstFirst));
        Assert.Equal(Bits(owners, 1, 2, 4, 5), AskPlan.Choose(owners, 0, 0, needed: 2, [.. worstFirst.Reverse()]));
    }

    [Fact]
    public void Whatever_the_order_the_choice_suffices_and_none_of_it_can_be_left_out()
    {
        Random random = new(1);
        SlotOwners[] single = [.. Enumerable.Range(1, 6).Select(Owners.Of)];
        SlotOwners two = Owners.Joint();
        int joint = 0;
        for (int i = 0; i < 2_000; i++)
        {
            bool isJoint = random.Next(2) == 0;
            joint += isJoint ? 1 : 0;
            SlotOwners owners = isJoint ? two : single[random.Next(single.Length)];
            int needed = random.Next(0, owners.Replication + 1);
            int[] order = [.. Enumerable.Range(0, owners.Count)];
            random.Shuffle(order);
            uint chosen = AskPlan.Choose(owners, 0, 0, needed, order);
            Assert.True(AskPlan.Suffices(owners, chosen, needed));
            for (uint rest = chosen; rest != 0; rest &= rest - 1)
            {
                uint one = 1u << BitOperations.TrailingZeroCount(rest);
                Assert.False(AskPlan.Suffices(owners, chosen & ~one, needed));
            }
        }

        Assert.InRange(joint, 500, 1_500);
    }

    private static uint Bits(SlotOwners owners, params int[] numbers) =>
        numbers.Aggregate(0u, (bits, number) => bits | (1u << owners.PlaceOf(number)));
}

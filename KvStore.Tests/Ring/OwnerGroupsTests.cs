using System.Numerics;
using KvStore.Node.Ring;
using Xunit;

namespace KvStore.Tests.Ring;

public sealed class OwnerGroupsTests
{
    [Fact]
    public void One_table_gives_one_group_a_slot()
    {
        var table = Tables.Build(Tables.Members(5));
        var groups = OwnerGroups.Of(table, null);
        Assert.Equal(table.Members, groups.Members);
        Assert.All(Tables.Slots(), slot =>
        {
            var replicas = groups.Replicas(slot);
            Assert.Equal((1, 3, 0b111U, 0b111U), (replicas.GroupCount, replicas.Count, replicas.All, replicas.Group(0)));
            Assert.Equal(table.Owners(slot).ToArray(), replicas.Members.ToArray());
            Assert.False(groups.IsMoving(slot));
        });
    }

    [Theory]
    [InlineData(5, 6)]
    [InlineData(6, 5)]
    [InlineData(2, 5)]
    [InlineData(5, 1)]
    public void The_joint_phase_has_both_owners_of_every_slot_as_groups(int before, int after)
    {
        var current = Tables.Build(Tables.Members(before));
        var next = Tables.Build(Tables.Members(after));
        var groups = OwnerGroups.Of(current, next);
        var moving = 0;
        foreach (var slot in Tables.Slots())
        {
            var old = Tables.OwnersOf(current, slot);
            var @new = Tables.OwnersOf(next, slot);
            var replicas = groups.Replicas(slot);
            Assert.Equal([.. old, .. @new.Except(old)], MembersIn(groups, replicas, replicas.All));
            Assert.Equal(old.ToHashSet(), MembersIn(groups, replicas, replicas.Group(0)).ToHashSet());
            Assert.Equal(!old.ToHashSet().SetEquals(@new), groups.IsMoving(slot));
            Assert.Equal(groups.IsMoving(slot) ? 2 : 1, replicas.GroupCount);
            if (groups.IsMoving(slot))
            {
                Assert.Equal(@new.ToHashSet(), MembersIn(groups, replicas, replicas.Group(1)).ToHashSet());
                moving++;
            }
        }

        Assert.InRange(moving, Slot.Count / 4, Slot.Count);
    }

    [Fact]
    public void Replacing_every_member_makes_disjoint_groups()
    {
        var groups = OwnerGroups.Of(Tables.Build(Tables.Members(3)), Tables.Build(Tables.Members(3, series: "new")));
        Assert.Equal(6, groups.Members.Length);
        Assert.All(Tables.Slots(), slot => Assert.Equal((0b000111U, 0b111000U), (groups.Replicas(slot).Group(0), groups.Replicas(slot).Group(1))));
    }

    [Fact]
    public void A_quorum_is_a_majority_of_every_group_for_every_pair_of_groups()
    {
        var quorums = 0;
        var oneSided = 0;
        for (var current = 1U; current < 32; current++)
        {
            for (var next = 0U; next < 32; next++)
            {
                var replicas = new ReplicaSet([0, 1, 2, 3, 4], 0, 5, current, next);
                for (var replied = 0U; replied < 32; replied++)
                {
                    var ofCurrent = BitOperations.PopCount(replied & current) * 2 > BitOperations.PopCount(current);
                    var ofNext = next == 0 || BitOperations.PopCount(replied & next) * 2 > BitOperations.PopCount(next);
                    Assert.Equal(ofCurrent && ofNext, replicas.IsQuorum(replied));
                    Assert.Equal(replicas.IsQuorum(~replied & 31), replicas.CanBeQuorumWithout(replied));
                    quorums += ofCurrent && ofNext ? 1 : 0;
                    oneSided += ofCurrent != ofNext ? 1 : 0;
                }
            }
        }

        Assert.True(quorums > 1000 && oneSided > 1000, $"{quorums} quorums, {oneSided} of one group only");
    }

    [Fact]
    public void A_replica_set_knows_the_places_of_its_members_and_shows_its_groups()
    {
        var joint = new ReplicaSet([9, 7, 3, 5], 1, 3, 0b011, 0b110);
        Assert.Equal((0, 2, -1, -1), (joint.PlaceOf(7), joint.PlaceOf(5), joint.PlaceOf(9), joint.PlaceOf(70_000)));
        Assert.Equal("7,3 | 3,5", joint.Describe());
        Assert.Equal("9,7,3,5", new ReplicaSet([9, 7, 3, 5], 0, 4).Describe());
        Assert.Throws<ArgumentOutOfRangeException>(() => new ReplicaSet([1], 0, 1).Group(1));
    }

    private static RingMember[] MembersIn(OwnerGroups groups, ReplicaSet replicas, uint mask)
    {
        var members = new List<RingMember>();
        for (var place = 0; place < replicas.Count; place++)
        {
            if ((mask >> place & 1) != 0)
            {
                members.Add(groups.Members[replicas.Members[place]]);
            }
        }

        return [.. members];
    }
}

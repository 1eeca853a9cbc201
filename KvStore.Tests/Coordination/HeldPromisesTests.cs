using KvStore.Node.Coordination;
using KvStore.Node.Registers;
using KvStore.Node.Ring;
using KvStore.Node.Topology;

namespace KvStore.Tests.Coordination;

public sealed class HeldPromisesTests
{
    private static readonly SlotOwners Three = Owners.Of(3);

    [Fact]
    public void A_promise_is_taken_once()
    {
        HeldPromises held = new();
        HeldPromise promise = Promise(10);
        held.Offer(KeyOf(1), promise, Three, accepted: 0b111, ProtocolSettings.Sound);
        Assert.Same(promise, held.TakeFor(KeyOf(1), Epoch.First, needed: 2, replication: 3, ProtocolSettings.Sound));
        Assert.Null(held.TakeFor(KeyOf(1), Epoch.First, needed: 2, replication: 3, ProtocolSettings.Sound));
        Assert.Equal((0, 0), (held.Count, held.ValueBytes));
    }

    [Fact]
    public void Replicas_that_accepted_and_did_not_promise_do_not_count()
    {
        HeldPromises held = new();
        held.Offer(KeyOf(1), Promise(10) with { Replicas = 0b001 }, Three, accepted: 0b111, ProtocolSettings.Sound);
        Assert.Equal(0, held.Count);
    }

    [Fact]
    public void In_the_joint_phase_a_majority_of_each_group_must_have_promised()
    {
        SlotOwners joint = Owners.Joint();
        uint old = (1u << joint.PlaceOf(1)) | (1u << joint.PlaceOf(2)) | (1u << joint.PlaceOf(3));
        HeldPromises held = new();
        held.Offer(KeyOf(1), Promise(10) with { Replicas = old }, joint, joint.All, ProtocolSettings.Sound);
        Assert.Equal(0, held.Count);
        held.Offer(KeyOf(1), Promise(10) with { Replicas = old | (1u << joint.PlaceOf(4)) }, joint, joint.All, ProtocolSettings.Sound);
        Assert.Equal(1, held.Count);
    }

    [Fact]
    public void Another_epoch_or_a_level_above_a_majority_does_not_get_it_and_it_is_gone()
    {
        HeldPromises held = new();
        held.Put(KeyOf(1), Promise(10));
        Assert.Null(held.TakeFor(KeyOf(1), new Epoch(2), needed: 2, replication: 3, ProtocolSettings.Sound));
        held.Put(KeyOf(2), Promise(10));
        Assert.Null(held.TakeFor(KeyOf(2), Epoch.First, needed: 3, replication: 3, ProtocolSettings.Sound));
        Assert.Equal(0, held.Count);
    }

    [Fact]
    public void What_is_below_a_change_acknowledged_at_level_one_is_not_used()
    {
        HeldPromises held = new();
        held.Put(KeyOf(1), Promise(10));
        held.Put(KeyOf(2), Promise(30));
        held.OnlyAbove(new Ballot(Epoch.First, 20, 1));
        Assert.Null(held.Take(KeyOf(1)));
        Assert.NotNull(held.Take(KeyOf(2)));
    }

    [Fact]
    public void The_one_held_longest_goes_when_there_are_too_many_or_they_are_too_large()
    {
        HeldPromises held = new(entriesMax: 3, valueBytesMax: 100);
        for (int i = 0; i < 4; i++)
        {
            held.Put(KeyOf(i), Promise(10, valueLength: 10));
        }

        Assert.Equal((3, 30), (held.Count, held.ValueBytes));
        Assert.Null(held.Take(KeyOf(0)));

        held.Put(KeyOf(9), Promise(10, valueLength: 85));
        Assert.Equal((2, 95), (held.Count, held.ValueBytes));
        held.Put(KeyOf(9), Promise(10, valueLength: 101));
        Assert.Equal((1, 10), (held.Count, held.ValueBytes));
        held.Clear();
        Assert.Equal((0, 0), (held.Count, held.ValueBytes));
    }

    [Fact]
    public void Nothing_is_promised_on_top_of_a_tombstone()
    {
        Assert.False(HeldPromises.MayFollow(new RegisterState { Kind = RegisterKind.Tombstone }));
        Assert.True(HeldPromises.MayFollow(new RegisterState { Kind = RegisterKind.Value }));
        Assert.True(HeldPromises.MayFollow(new RegisterState { Kind = RegisterKind.Nothing }));
    }

    private static Key KeyOf(int number) => new([(byte)(number + 1)]);

    private static HeldPromise Promise(long next, int valueLength = 0)
    {
        RegisterState state = new() { Kind = RegisterKind.Value, Value = new byte[valueLength] };
        return new HeldPromise(new RegisterRecord(new Ballot(Epoch.First, 1, 1), state), new Ballot(Epoch.First, next, 1), Epoch.First, 0b011);
    }
}

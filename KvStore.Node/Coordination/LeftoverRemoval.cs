using KvStore.Node.Peers;
using KvStore.Node.Registers;
using KvStore.Node.Ring;

namespace KvStore.Node.Coordination;

/// <summary>Removes a key's record where its slot is not this member's.</summary>
/// <param name="key">Each is given to one of these at a time.</param>
/// <param name="record">What the key holds, as read when the slot was not this member's any more: nobody writes it since.</param>
internal sealed class LeftoverRemoval(Key key, RegisterRecord record) : LaneCall
{
    private readonly TaskCompletionSource _done = new(TaskCreationOptions.RunContinuationsAsynchronously);

    /// <summary>It is removed, or is not to be.</summary>
    public Task Completion => _done.Task;

    public override void Begin(LaneScope lane, Action<Operation> toRound)
    {
        if (lane.Topology.OwnersOf(key.Slot).PlaceOf(lane.Self) >= 0 && !lane.Protocol.Has(ProtocolFlaw.DroppedBeforeDecided))
        {
            _done.TrySetResult();
            return;
        }

        lane.Custody.Remove(key, record, () => _done.TrySetResult());
    }

    public override void Refuse() => _done.TrySetResult();

    public override void OnReply(MemberId from, in PeerReply reply)
    {
        // It asks nobody.
    }
}

using KvStore.Node.Peers;
using KvStore.Node.Registers;
using KvStore.Node.Ring;

namespace KvStore.Node.Coordination;

/// <summary>Raises the floor of a slot that this member is to own to that of the old owners, before any of their records comes.</summary>
internal sealed class FloorTransfer(Slot slot, Ballot floor, Epoch epoch) : LaneCall
{
    private readonly TaskCompletionSource<bool> _done = new(TaskCreationOptions.RunContinuationsAsynchronously);

    public Task<bool> Completion => _done.Task;

    public override void Begin(LaneScope lane, Action<Operation> toRound)
    {
        if (lane.Topology.Epoch != epoch)
        {
            _done.TrySetResult(false);
            return;
        }

        lane.Custody.RaiseFloor(slot, floor, () => _done.TrySetResult(true));
    }

    public override void Refuse() => _done.TrySetResult(false);

    public override void OnReply(MemberId from, in PeerReply reply)
    {
        // It asks nobody.
    }
}

using KvStore.Node.Peers;
using KvStore.Node.Registers;
using KvStore.Node.Ring;
using KvStore.Node.Storage;

namespace KvStore.Node.Coordination;

/// <summary>
/// Whether slots of one lane hold nothing at all, neither record nor tombstone nor floor, while it is at an epoch: whatever it
/// admitted before was appended by then, because a lane enters an epoch between two runs.
/// </summary>
internal sealed class EmptySlots(IStore store, Epoch epoch, IReadOnlyList<Slot> slots) : LaneCall
{
    private readonly TaskCompletionSource<bool> _answer = new(TaskCreationOptions.RunContinuationsAsynchronously);

    /// <summary>False also where the lane is at another epoch or does not vote.</summary>
    public Task<bool> Answer => _answer.Task;

    public override void Begin(LaneScope lane, Action<Operation> toRound) =>
        _answer.TrySetResult(lane.Topology.Epoch == epoch && slots.All(IsEmpty));

    public override void Refuse() => _answer.TrySetResult(false);

    public override void OnReply(MemberId from, in PeerReply reply)
    {
        // It asks nobody.
    }

    private bool IsEmpty(Slot slot)
    {
        SlotCounts counts = store.CountsOf(slot);
        return counts.Keys == 0 && counts.Tombstones == 0 && store.FloorOf(slot).IsZero;
    }
}

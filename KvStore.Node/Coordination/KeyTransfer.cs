using System.Diagnostics;
using KvStore.Node.Peers;
using KvStore.Node.Registers;
using KvStore.Node.Ring;
using KvStore.Node.Telemetry;
using KvStore.Node.Topology;

namespace KvStore.Node.Coordination;

/// <summary>
/// One key of a slot that this member is to own: takes over the record that a majority of the old owners reports, as a Learn,
/// or has the key settled by a round of old and new owners. Only while the lane is at the epoch of the change. Has a span only
/// where this lane knows the write that made the record, and that was traced: linked to it.
/// </summary>
/// <param name="record">Absent where the old owners agree on none.</param>
/// <param name="isChosen">
/// Whether a majority of the old owners holds the record. If not, nothing is to do where this member holds as much already.
/// </param>
/// <param name="epoch">Of the change.</param>
internal sealed class KeyTransfer(Key key, RegisterRecord record, bool isChosen, Epoch epoch) : LaneCall
{
    public const int PatienceMilliseconds = 5_000;

    private readonly TaskCompletionSource<bool> _done = new(TaskCreationOptions.RunContinuationsAsynchronously);
    private LaneScope _lane = null!;
    private Action<Operation> _toRound = null!;
    private LaneTimer? _overdue;
    private Activity? _span;

    /// <summary>The span of the question that brought the record, if any.</summary>
    public ActivityContext Cause { get; init; }

    /// <summary>Whether the key is settled: this member holds what was chosen, or a majority of the next owners does.</summary>
    public Task<bool> Completion => _done.Task;

    public override void Begin(LaneScope lane, Action<Operation> toRound)
    {
        _lane = lane;
        _toRound = toRound;
        if (lane.Topology.Epoch != epoch || lane.Topology.Find(lane.Self) is not { } self)
        {
            _done.TrySetResult(false);
        }
        else if (record.IsAbsent)
        {
            Settle();
        }
        else
        {
            Ask(self, isChosen ? PeerRequestKind.Learn : PeerRequestKind.Read);
        }
    }

    public override void Refuse() => _done.TrySetResult(false);

    public override void OnReply(MemberId from, in PeerReply reply)
    {
        bool isBelow = reply.Kind == PeerReplyKind.Read && reply.Record.Ballot < record.Ballot;
        if (reply.Kind == PeerReplyKind.LearnRefused || isBelow)
        {
            Close();
            Settle();
        }
        else
        {
            End(reply.Kind is PeerReplyKind.Learned or PeerReplyKind.Read);
        }
    }

    private void Ask(TopologyMember self, PeerRequestKind kind)
    {
        _lane.Calls.Open(this);
        _span = StartSpan(self, kind);
        _overdue = _lane.Timers.Add(_lane.Now + PatienceMilliseconds, () => End(false));
        RegisterRecord carried = kind == PeerRequestKind.Learn ? record : RegisterRecord.Absent;
        _lane.Calls.Send(self, new PeerRequest(kind, CallId, epoch, key, carried.Ballot, carried, PatienceMilliseconds, _span?.Context ?? default));
    }

    private Activity? StartSpan(TopologyMember self, PeerRequestKind kind)
    {
        ActivityContext write = Cause == default || kind != PeerRequestKind.Learn ? default : _lane.Writes.Find(key, record.Ballot);
        Activity? span = write == default ? null : NodeTelemetry.StartLinked($"take over {self.Name}", ActivityKind.Internal, Cause, write);
        span?.SetTag(SpanAttributes.Slot, (int)key.Slot.Number);
        return span;
    }

    private void Settle() => _toRound(IdentityRound.For(key, _lane, committed => _done.TrySetResult(committed && _lane.Topology.Epoch == epoch)));

    private void End(bool settled)
    {
        Close();
        _done.TrySetResult(settled);
    }

    private void Close()
    {
        _overdue?.Cancel();
        NodeTelemetry.Stop(_span);
        _lane.Calls.Close(this);
    }
}

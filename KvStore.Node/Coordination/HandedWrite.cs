using KvStore.Node.Peers;
using KvStore.Node.Registers;
using KvStore.Node.Ring;
using KvStore.Node.Topology;

namespace KvStore.Node.Coordination;

/// <summary>
/// A write of a contended key handed to the slot's first live owner that is not slow, so that members do not duel for it and that owner's held
/// promises serve everybody. Once: whoever gets it coordinates it, and whether it is the first owner does not matter to
/// correctness.
/// </summary>
/// <remarks>Only an explicit "not applied" is tried again, here; silence and a lost link are "unknown".</remarks>
internal sealed class HandedWrite(Operation operation, LaneScope lane, Action<Operation> carryOut) : PendingCall
{
    private readonly SlotOwners _owners = lane.Topology.OwnersOf(operation.Key.Slot);
    private LaneTimer? _overdue;
    private MemberId _to;

    /// <returns>False if this member is the one to carry it out.</returns>
    public bool TryBegin()
    {
        bool isContended = lane.Protocol.HandsWrites && lane.Contended.Contains(operation.Key, lane.Now);
        for (int i = 0; isContended && i < _owners.Count && _owners[i].Id != lane.Self; i++)
        {
            if (lane.Ranks.IsSlow(_owners, _owners[i].Id, lane.Now))
            {
                continue; // a duel now and then costs less than its answers
            }

            lane.Calls.Open(this);
            HandedChange handed = new(operation.Change, operation.Level.Needed(_owners.Replication));
            int timeout = (int)Math.Clamp(operation.Deadline - lane.Now, 1, int.MaxValue);
            PeerRequest request = new(
                PeerRequestKind.Execute, CallId, lane.Topology.Epoch, operation.Key, default, default, timeout, operation.Span?.Context ?? default, Handed: handed);
            if (lane.Calls.Send(_owners[i], request))
            {
                _to = _owners[i].Id;
                operation.Trail?.Add(TrailEventKind.HandedOver, member: _owners[i].Name);
                operation.WasSent = true;
                bool isHasty = lane.Protocol.Has(ProtocolFlaw.RetryAppliedTwice);
                _overdue = lane.Timers.Add(isHasty ? lane.Now + (timeout / 4) : operation.Deadline, isHasty ? CarryOut : OnSilence);
                return true;
            }

            lane.Calls.Close(this);
        }

        return false;
    }

    public override void OnReply(MemberId from, in PeerReply reply)
    {
        HandedAnswer? answer = reply.Kind == PeerReplyKind.Executed ? reply.Handed : null;
        OperationOutcome outcome = answer is null ? OperationOutcome.NotApplied : (OperationOutcome)answer.Outcome;
        switch (outcome)
        {
            case OperationOutcome.Committed:
                Close();
                operation.Answer(OperationResult.Committed(answer!.Result));
                break;
            case OperationOutcome.NotApplied:
                CarryOut();
                break;
            default:
                OnSilence();
                break;
        }
    }

    public override void OnLost(MemberId member)
    {
        if (member == _to)
        {
            OnSilence();
        }
    }

    private void CarryOut()
    {
        Close();
        operation.WasSent = false;
        carryOut(operation);
    }

    private void OnSilence()
    {
        Close();
        operation.Fail(OperationFailure.Deadline);
    }

    private void Close()
    {
        _overdue?.Cancel();
        lane.Calls.Close(this);
    }
}

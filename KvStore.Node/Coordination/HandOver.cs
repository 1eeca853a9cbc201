using KvStore.Node.Peers;
using KvStore.Node.Registers;
using KvStore.Node.Ring;
using KvStore.Node.Topology;

namespace KvStore.Node.Coordination;

/// <summary>
/// An operation of a contended key handed to the slot's first live owner, so that members do not duel for it and that owner's held promises serve
/// everybody: a write, or a read on which the replicas did not agree. Once: whoever gets it coordinates it, and whether it is the first owner does
/// not matter to correctness.
/// </summary>
/// <remarks>
/// Of a write only an explicit "not applied" is tried again, here; silence and a lost link are "unknown". A read changes nothing, so whatever becomes
/// of it is tried here.
/// </remarks>
internal sealed class HandOver(Operation operation, LaneScope lane, Action<Operation> carryOut) : PendingCall
{
    /// <summary>
    /// An owner that is expected to take so long, and is far slower than the others, is passed over: then a duel with it costs less than its
    /// answers. Well above the pauses of a busy processor: members that think differently of the first owner hand to different ones, which duel.
    /// </summary>
    public const int SlowMilliseconds = 100;

    private readonly SlotOwners _owners = lane.Topology.OwnersOf(operation.Key.Slot);
    private LaneTimer? _overdue;
    private MemberId _to;

    /// <returns>False if this member is the one to carry it out.</returns>
    public bool TryBegin()
    {
        bool isContended = lane.Protocol.HandsOver && lane.Contended.Contains(operation.Key, lane.Now);
        for (int i = 0; isContended && i < _owners.Count && _owners[i].Id != lane.Self; i++)
        {
            if (!lane.Ranks.IsSlow(_owners, _owners[i].Id, lane.Now, SlowMilliseconds) && TrySend(_owners[i]))
            {
                return true;
            }
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

    private bool TrySend(TopologyMember owner)
    {
        lane.Calls.Open(this);
        bool isHasty = lane.Protocol.Has(ProtocolFlaw.RetryAppliedTwice);
        int timeout = (int)Math.Clamp(operation.Deadline - lane.Now, 1, operation.IsRead ? KeyRounds.RoundMilliseconds : int.MaxValue);
        HandedChange handed = new(operation.Change, operation.Level.Needed(_owners.Replication));
        PeerRequest request = new(
            PeerRequestKind.Execute, CallId, lane.Topology.Epoch, operation.Key, default, default, timeout, operation.Span?.Context ?? default, Handed: handed);
        if (!lane.Calls.Send(owner, request))
        {
            lane.Calls.Close(this);
            return false;
        }

        _to = owner.Id;
        operation.Trail?.Add(TrailEventKind.HandedOver, member: owner.Name);
        operation.WasSent = true;
        _overdue = lane.Timers.Add(lane.Now + (isHasty ? timeout / 4 : timeout), isHasty ? CarryOut : OnSilence);
        return true;
    }

    private void CarryOut()
    {
        Close();
        operation.WasSent = false;
        carryOut(operation);
    }

    private void OnSilence()
    {
        if (operation.IsRead)
        {
            CarryOut();
            return;
        }

        Close();
        operation.Fail(OperationFailure.Deadline);
    }

    private void Close()
    {
        _overdue?.Cancel();
        lane.Calls.Close(this);
    }
}

using KvStore.Node.Peers;
using KvStore.Node.Registers;
using KvStore.Node.Ring;
using KvStore.Node.Telemetry;
using KvStore.Node.Topology;

namespace KvStore.Node.Coordination;

/// <summary>
/// Brings the replicas of one key together: asks every one of them, teaches what a majority agrees on to those below it, and
/// where that is not enough runs an identity round. A round is run only for what two looks have found unchanged, so that it
/// does not meddle with a client's round that is under way.
/// </summary>
/// <param name="peer">The member that was found to hold it differently.</param>
internal sealed class KeyRepair(Key key, MemberId peer) : LaneCall
{
    /// <summary>How long replicas may take to answer.</summary>
    public const int PatienceMilliseconds = 1_000;

    /// <summary>Between the two looks.</summary>
    public const int PauseMilliseconds = 300;

    private readonly TaskCompletionSource<RepairVerdict> _done = new(TaskCreationOptions.RunContinuationsAsynchronously);
    private LaneScope _lane = null!;
    private Action<Operation> _toRound = null!;
    private TopologySnapshot _topology = null!;
    private ReadQuorum _reports = null!;
    private Ballot _floor;
    private LaneTimer? _overdue;
    private RepairPlan? _firstLook;

    /// <summary>What was found and has been dealt with.</summary>
    public Task<RepairVerdict> Completion => _done.Task;

    public override void Begin(LaneScope lane, Action<Operation> toRound)
    {
        _lane = lane;
        _toRound = toRound;
        Look();
    }

    public override void Refuse() => _done.TrySetResult(RepairVerdict.Unsettled);

    public override void OnReply(MemberId from, in PeerReply reply)
    {
        int place = _reports.Owners.PlaceOf(from);
        if (place < 0)
        {
            return;
        }

        if (reply.Kind == PeerReplyKind.Read)
        {
            _reports.Add(place, reply.Record);
            _floor = Ballot.Max(_floor, reply.Floor);
        }
        else
        {
            _reports.AddUnreachable(place);
        }

        if (_reports.Outstanding == 0)
        {
            Judge();
        }
    }

    private void Look()
    {
        _topology = _lane.Topology;
        _reports = new ReadQuorum(_topology.OwnersOf(key.Slot));
        _floor = Ballot.Zero;
        _lane.Calls.Open(this);
        _overdue = _lane.Timers.Add(_lane.Now + PatienceMilliseconds, Judge);
        PeerRequest request = new(
            PeerRequestKind.Read, CallId, _topology.Epoch, key, Ballot.Zero, RegisterRecord.Absent, PatienceMilliseconds, default);
        for (int place = 0; place < _reports.Owners.Count; place++)
        {
            if (!_lane.Calls.Send(_reports.Owners[place], request))
            {
                _reports.AddUnreachable(place);
            }
        }

        if (_reports.Outstanding == 0)
        {
            Judge();
        }
    }

    private void Judge()
    {
        _overdue!.Cancel();
        _lane.Calls.Close(this);
        RepairPlan plan = RepairPlan.Of(_reports, _floor, _lane.Protocol);
        if (_lane.Topology.Epoch != _topology.Epoch)
        {
            _done.TrySetResult(RepairVerdict.Unsettled); // the owners may be others by now
            return;
        }

        switch (plan.Verdict)
        {
            case RepairVerdict.Teach:
                Teach(plan);
                break;
            case RepairVerdict.Round when _firstLook is null:
                _firstLook = plan;
                _lane.Timers.Add(_lane.Now + PauseMilliseconds, Look);
                break;
            case RepairVerdict.Round when _firstLook.Value.Highest == plan.Highest:
                Count();
                _lane.Figures.RepairRounds++;
                _toRound(IdentityRound.For(key, _lane, _ => _done.TrySetResult(RepairVerdict.Round)));
                break;
            case RepairVerdict.Round:
                _done.TrySetResult(RepairVerdict.Unsettled); // somebody is writing it
                break;
            default:
                _done.TrySetResult(plan.Verdict);
                break;
        }
    }

    private void Teach(in RepairPlan plan)
    {
        Count();
        for (int place = 0; place < _reports.Owners.Count; place++)
        {
            if ((plan.Pupils & (1u << place)) != 0)
            {
                new Lesson(key, plan.Record, _reports.Owners[place], _lane, _toRound).TryBegin();
            }
        }

        _done.TrySetResult(RepairVerdict.Teach);
    }

    private void Count()
    {
        _lane.Figures.KeysRepaired++;
        _lane.Figures.Repairs.Add(RepairKind.Comparison, peer, key.Slot, _lane.Wall);
        UpkeepMetrics.KeysRepaired.Add(1);
    }
}

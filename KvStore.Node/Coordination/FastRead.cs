using KvStore.Node.Peers;
using KvStore.Node.Registers;
using KvStore.Node.Ring;
using KvStore.Node.Telemetry;
using KvStore.Node.Topology;

namespace KvStore.Node.Coordination;

/// <summary>
/// A read in one round trip: a majority is asked, the member's own replica first; where they report one ballot, that record
/// is chosen and is the answer, and replicas seen below it are taught. Where they do not, or something is past its time, the
/// read becomes an identity change and goes through a round.
/// </summary>
internal sealed class FastRead : PendingCall
{
    /// <summary>After this long without agreement the remaining replicas are asked too.</summary>
    public const int HedgeMilliseconds = 20;

    /// <summary>After this long it becomes a round.</summary>
    public const int PatienceMilliseconds = 400;

    private readonly Operation _operation;
    private readonly LaneScope _lane;
    private readonly Action<Operation> _toRound;
    private readonly TopologySnapshot _topology;
    private readonly ReadQuorum _reports;
    private readonly bool _anyAnswers;
    private readonly int _needed;
    private readonly LaneTimer _overdue;
    private readonly RoundTrace? _trace;
    private LaneTimer? _hedge;
    private uint _asked;

    /// <param name="toRound">Takes the operation over when reading alone does not settle it.</param>
    public FastRead(Operation operation, LaneScope lane, Action<Operation> toRound)
    {
        _operation = operation;
        _lane = lane;
        _toRound = toRound;
        _topology = lane.Topology;
        SlotOwners owners = _topology.OwnersOf(operation.Key.Slot);
        _reports = new ReadQuorum(owners);
        _needed = operation.Level.Needed(owners.Replication);
        _anyAnswers = !operation.Level.IsLinearizable(owners.Replication);
        _overdue = lane.Timers.Add(Math.Min(lane.Now + PatienceMilliseconds, operation.Deadline), OnOverdue);
        _trace = RoundTrace.Begin([operation], "read", owners);
    }

    public void Begin()
    {
        _lane.Calls.Open(this);
        int own = _reports.Owners.PlaceOf(_lane.Self);
        if (own >= 0)
        {
            Ask(own);
        }

        for (int i = 0; i < _reports.Owners.Count && !IsEnoughAsked(); i++)
        {
            Ask(i);
        }

        if (_reports.Outstanding != 0 && (_reports.Owners.All & ~_asked) != 0)
        {
            _hedge = _lane.Timers.Add(_lane.Now + HedgeMilliseconds, AskTheRest);
        }

        Advance();
    }

    public override void OnReply(MemberId from, in PeerReply reply)
    {
        int replica = _reports.Owners.PlaceOf(from);
        if (replica < 0)
        {
            return;
        }

        _trace?.Replied(replica, reply.Kind);
        if (reply.Kind == PeerReplyKind.Read)
        {
            _reports.Add(replica, reply.Record);
        }
        else
        {
            _reports.AddUnreachable(replica);
        }

        Advance();
    }

    private bool IsEnoughAsked()
    {
        uint hopeful = _asked & ~_reports.Unreachable;
        return _anyAnswers ? hopeful != 0 : _reports.Owners.HasMajority(hopeful) && _reports.Owners.HasAtLeast(hopeful, _needed);
    }

    private void Ask(int replica)
    {
        uint bit = 1u << replica;
        if ((_asked & bit) != 0 && !(_hedge is { IsCancelled: true } && _lane.Protocol.Has(ProtocolFlaw.HedgeCountedTwice)))
        {
            return;
        }

        _asked |= bit;
        int timeout = (int)Math.Max(1, _overdue.Due - _lane.Now);
        PeerRequest request = new(
            PeerRequestKind.Read, CallId, _topology.Epoch, _operation.Key, Ballot.Zero, RegisterRecord.Absent, timeout, _trace?.Ask(replica) ?? default);
        if (!_lane.Calls.Send(_reports.Owners[replica], request))
        {
            _reports.AddUnreachable(replica);
            _trace?.Replied(replica, null);
        }
    }

    private void AskTheRest()
    {
        for (int i = 0; i < _reports.Owners.Count; i++)
        {
            Ask(i);
        }

        Advance();
    }

    private void Advance()
    {
        if (CallId == 0)
        {
            return; // settled by an answer that came while the rest was being asked
        }

        if ((_anyAnswers ? _reports.Answered != 0 : _reports.Owners.HasAtLeast(_reports.Answered, _needed)) || IsMistaken())
        {
            if (TrySettle())
            {
                return;
            }
        }

        bool everyoneAnswered = (_asked & ~_reports.Answered & ~_reports.Unreachable) == 0;
        if (everyoneAnswered && _asked != _reports.Owners.All)
        {
            AskTheRest();
        }
        else if (everyoneAnswered)
        {
            GiveOver();
        }
    }

    private bool TrySettle()
    {
        RegisterRecord agreed = RegisterRecord.Absent;
        if (_anyAnswers)
        {
            agreed = _reports.Highest();
        }
        else if (IsMistaken())
        {
            agreed = _reports.Highest();
        }
        else if (!_reports.TryAgree(out agreed))
        {
            return false;
        }

        if (!_anyAnswers && agreed.State?.IsExpired(_lane.Wall) == true && !_lane.Protocol.Has(ProtocolFlaw.ExpiryByLocalClock))
        {
            GiveOver(); // absent is answered only after the tombstone is committed
            return true;
        }

        Close();
        if (!_anyAnswers && !agreed.IsAbsent)
        {
            Teach(agreed);
        }

        _operation.Answer(OperationResult.Committed(ResultOf(agreed)));
        return true;
    }

    private bool IsMistaken() => _lane.Protocol.Flaw switch
    {
        ProtocolFlaw.ReadNotSecured => _reports.Owners.HasMajority(_reports.Answered),
        ProtocolFlaw.HedgeCountedTwice => _reports.CountsAMajorityTwice,
        _ => false,
    };

    private ChangeResult ResultOf(in RegisterRecord record)
    {
        bool expired = record.State?.IsExpired(_lane.Wall) == true;
        return new ChangeResult(ChangeOutcome.Unchanged, expired ? null : record.State, record.HasValue && !expired);
    }

    /// <summary>Read repair: the record is chosen, so whoever was seen below it may take it over. A lost lesson is repeated by the next read.</summary>
    private void Teach(in RegisterRecord agreed)
    {
        uint below = _reports.Below(agreed);
        for (int i = 0; below != 0; i++, below >>= 1)
        {
            if ((below & 1) != 0 && new Lesson(_operation.Key, agreed, _reports.Owners[i], _lane, _toRound) { Cause = _operation.Span?.Context ?? default }.TryBegin())
            {
                _lane.Figures.ReadRepairs++;
                UpkeepMetrics.ReadRepairs.Add(1);
            }
        }
    }

    private void OnOverdue()
    {
        if (_anyAnswers)
        {
            Close();
            _operation.Fail(OperationFailure.QuorumUnreachable);
            return;
        }

        GiveOver();
    }

    private void GiveOver()
    {
        Close();
        if (_anyAnswers)
        {
            _operation.Fail(OperationFailure.QuorumUnreachable);
        }
        else
        {
            _toRound(_operation);
        }
    }

    private void Close()
    {
        _overdue.Cancel();
        _hedge?.Cancel();
        _trace?.End();
        _lane.Calls.Close(this);
    }
}

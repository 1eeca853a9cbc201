using KvStore.Node.Peers;
using KvStore.Node.Registers;
using KvStore.Node.Ring;
using KvStore.Node.Telemetry;
using KvStore.Node.Topology;

namespace KvStore.Node.Coordination;

/// <summary>
/// A read in one round trip: the best-ranked majority is asked (<see cref="RankedAsk"/>); where they report one ballot, that
/// record is chosen and is the answer, and replicas seen below it are taught. Where they do not, or something is past its time,
/// the read becomes an identity change and goes through a round.
/// </summary>
internal sealed class FastRead : PendingCall
{
    /// <summary>After this long it becomes a round.</summary>
    public const int PatienceMilliseconds = 400;

    private readonly Operation _operation;
    private readonly LaneScope _lane;
    private readonly Action<Operation> _toRound;
    private readonly Action<Operation> _settle;
    private readonly TopologySnapshot _topology;
    private readonly ReadQuorum _reports;
    private readonly bool _anyAnswers;
    private readonly int _needed;
    private readonly LaneTimer _overdue;
    private readonly RoundTrace? _trace;
    private readonly RankedAsk _ask;

    /// <param name="toRound">Takes the operation over when reading alone does not settle it.</param>
    /// <param name="settle">Likewise, where the replicas were heard and do not agree.</param>
    public FastRead(Operation operation, LaneScope lane, Action<Operation> toRound, Action<Operation> settle)
    {
        _operation = operation;
        _lane = lane;
        _toRound = toRound;
        _settle = settle;
        _topology = lane.Topology;
        SlotOwners owners = _topology.OwnersOf(operation.Key.Slot);
        _reports = new ReadQuorum(owners);
        _needed = operation.Level.Needed(owners.Replication);
        _anyAnswers = !operation.Level.IsLinearizable(owners.Replication);
        _overdue = lane.Timers.Add(Math.Min(lane.Now + PatienceMilliseconds, operation.Deadline), OnOverdue);
        _trace = RoundTrace.Begin([operation], "read", owners);
        _ask = new RankedAsk(lane, owners, _anyAnswers ? AskPlan.AnyOne : _needed, lane.ReadDelay, this, TryAsk, Advance) { Trace = _trace };
    }

    public void Begin()
    {
        _lane.Calls.Open(this);
        _ask.Begin();
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
            _ask.Refused(replica);
        }

        Advance();
    }

    public override void OnLost(MemberId member)
    {
        int replica = _reports.Owners.PlaceOf(member);
        if (replica >= 0 && (_ask.Asked & ~_reports.Answered & (1u << replica)) != 0)
        {
            AddUnreachable(replica);
            _ask.Refused(replica);
            Advance();
        }
    }

    private bool TryAsk(int replica)
    {
        int timeout = (int)Math.Max(1, _overdue.Due - _lane.Now);
        PeerRequest request = new(
            PeerRequestKind.Read, CallId, _topology.Epoch, _operation.Key, Ballot.Zero, RegisterRecord.Absent, timeout, _trace?.Ask(replica) ?? default);
        if (_lane.Calls.Send(_reports.Owners[replica], request))
        {
            return true;
        }

        AddUnreachable(replica);
        return false;
    }

    private void AddUnreachable(int replica)
    {
        _reports.AddUnreachable(replica);
        _trace?.Replied(replica, null);
    }

    private void Advance()
    {
        if (CallId == 0)
        {
            return; // settled by an answer that came meanwhile
        }

        if ((_anyAnswers ? _reports.Answered != 0 : _reports.Owners.HasAtLeast(_reports.Answered, _needed)) || IsMistaken())
        {
            if (TrySettle())
            {
                return;
            }
        }

        if ((_ask.Awaited & ~_reports.Answered & ~_reports.Unreachable) != 0)
        {
            return;
        }

        // A round needs a majority only: it is quicker than the answer of a slow replica that might settle it.
        bool isRoundQuicker = !_anyAnswers && _reports.Owners.HasMajority(_reports.Answered) && (_ask.IsRestSlow || _lane.Contended.Contains(_operation.Key, _lane.Now));
        if (_ask.Awaited == _reports.Owners.All || isRoundQuicker)
        {
            OnDisagreement();
        }
        else
        {
            _ask.AskTheRest();
            Advance();
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
        else if (!_reports.TryAgree(out agreed, _lane.Protocol.Has(ProtocolFlaw.ReadJudgedByOneSet)))
        {
            return false;
        }

        if (!_anyAnswers && agreed.State?.IsExpired(_lane.Wall) == true && !_lane.Protocol.Has(ProtocolFlaw.ExpiryByLocalClock))
        {
            GiveOver(); // absent is answered only after the tombstone is committed
            return true;
        }

        _ask.Settled(_reports.Answered);
        Close();
        if (!_anyAnswers && !agreed.IsAbsent && _lane.Topology.Epoch == _topology.Epoch)
        {
            Teach(agreed); // never at another epoch: an owner may have come back since, without the floor of what was purged
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
                _operation.Trail?.Add(TrailEventKind.Taught, member: _reports.Owners[i].Name);
                _lane.Figures.ReadRepairs++;
                _lane.Figures.Repairs.Add(RepairKind.Read, _reports.Owners[i].Id, _operation.Key.Slot, _lane.Wall);
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

    /// <summary>A write is in flight, or was left half done. Where another member's is the last seen, a round here would duel with its next.</summary>
    private void OnDisagreement()
    {
        Ballot last = _reports.Highest().Ballot;
        if (!_anyAnswers && _reports.Owners.HasMajority(_reports.Answered) && last.Ordinal != _lane.Topology.Find(_lane.Self)?.Ordinal)
        {
            Close();
            _lane.Contended.Mark(_operation.Key, _lane.Now);
            _settle(_operation);
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
        _ask.Close();
        _trace?.End();
        _lane.Calls.Close(this);
    }
}

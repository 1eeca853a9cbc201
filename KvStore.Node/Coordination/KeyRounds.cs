using KvStore.Node.Peers;
using KvStore.Node.Registers;
using KvStore.Node.Ring;
using KvStore.Node.Telemetry;
using KvStore.Node.Topology;

namespace KvStore.Node.Coordination;

/// <summary>
/// The rounds of one key at one coordinator: one in flight at a time. Operations that arrive meanwhile wait and join the
/// next round together, so a hot key costs one round a batch. Decisions are <see cref="RoundPlan"/> and
/// <see cref="RoundQuorum"/>; this class sends, waits, retries and answers.
/// </summary>
internal sealed class KeyRounds(Key key, LaneScope lane, Action<Key> idle) : PendingCall
{
    /// <summary>Operations in one round, at most.</summary>
    public const int BatchMax = 512;

    /// <summary>Operations that wait for one key, at most; the next is refused as Overloaded.</summary>
    public const int WaitingMax = 16_384;

    /// <summary>After this long without a quorum's answers, a round is given up and tried again under a higher ballot.</summary>
    public const int RoundMilliseconds = 500;

    /// <summary>An operation of which nothing has left is refused when its replicas could not be reached for this long.</summary>
    public const int PatienceMilliseconds = 1_000;

    private const int BackoffMilliseconds = 4;

    private const int BackoffMillisecondsMax = 256;

    private readonly List<Operation> _waiting = [];
    private readonly List<OpenAttempt> _open = [];
    private Operation[] _batch = [];
    private LaneTimer? _timer;
    private SlotOwners _owners = lane.Topology.OwnersOf(key.Slot);
    private RoundPhase _phase = RoundPhase.Idle;
    private Ballot _ballot;
    private RoundQuorum _quorum = null!;
    private ReadQuorum _reports = null!;
    private Ballot _floor;
    private RoundPlan? _plan;
    private bool _conflicted;
    private OperationFailure _refusal;

    // Why the last round came to nothing; Deadline where another try may well succeed.
    private OperationFailure _obstacle = OperationFailure.Deadline;
    private RoundTrace? _trace;
    private int _tries;

    public int WaitingCount => _waiting.Count;

    public bool TryAdd(Operation operation)
    {
        if (_waiting.Count >= WaitingMax)
        {
            return false;
        }

        _waiting.Add(operation);
        if (_phase == RoundPhase.Idle)
        {
            Begin();
        }

        return true;
    }

    /// <summary>A new epoch: the round in flight belongs to the old one and is tried again.</summary>
    public void OnTopologyChanged()
    {
        if (_phase is RoundPhase.Preparing or RoundPhase.Accepting)
        {
            Retry();
        }
    }

    /// <summary>This member cannot coordinate any more: its log failed, or it does not vote.</summary>
    public void OnStopped(OperationFailure failure)
    {
        Stop();
        foreach (Operation operation in _waiting.ToArray())
        {
            operation.Fail(failure);
        }

        _waiting.Clear();
        idle(key);
    }

    public override void OnReply(MemberId from, in PeerReply reply)
    {
        int replica = _owners.PlaceOf(from);
        if (replica < 0)
        {
            return;
        }

        _trace?.Replied(replica, reply.Kind);
        switch (_phase)
        {
            case RoundPhase.Preparing:
                OnPrepareReply(replica, reply);
                break;
            case RoundPhase.Accepting:
                OnAcceptReply(replica, reply);
                break;
            default:
                throw new InvariantViolation($"A reply for a round that is {_phase}");
        }
    }

    private void Begin()
    {
        Stop();
        DropOverdue();
        _open.RemoveAll(attempt => attempt.IsAnswered);
        if (_waiting.Count == 0)
        {
            _phase = RoundPhase.Idle;
            idle(key);
            return;
        }

        _timer = lane.Timers.Add(DueOfRound(), Retry);
        Ballot ballot = lane.NextBallot();
        if (!lane.Bound.Covers(ballot))
        {
            _phase = RoundPhase.AwaitingBound;
            lane.Bound.Raise(ballot, OnBoundRaised);
            return;
        }

        lane.Bound.KeepAhead(ballot);
        SendPrepares(ballot);
    }

    private void OnBoundRaised()
    {
        if (_phase == RoundPhase.AwaitingBound)
        {
            Begin();
        }
    }

    private void SendPrepares(Ballot ballot)
    {
        Invariant.Holds(ballot > _ballot);
        _ballot = ballot;
        _batch = Seal(out int needed);
        _owners = lane.Topology.OwnersOf(key.Slot);
        _quorum = new RoundQuorum(_owners, needed);
        _reports = new ReadQuorum(_owners);
        _floor = Ballot.Zero;
        _plan = null;
        _conflicted = false;
        _phase = RoundPhase.Preparing;
        _trace = RoundTrace.Begin(_batch, "prepare", _owners);
        lane.Calls.Open(this);
        NodeTelemetry.Rounds.Add(1);
        SendToAll(PeerRequestKind.Prepare, RegisterRecord.Absent);
    }

    /// <summary>Takes the operations at the head of the queue that ask for the same number of replicas: one round serves one.</summary>
    private Operation[] Seal(out int needed)
    {
        int replication = lane.Topology.OwnersOf(key.Slot).Replication;
        needed = _waiting[0].Level.Needed(replication);
        int count = 1;
        while (count < _waiting.Count && count < BatchMax && _waiting[count].Level.Needed(replication) == needed)
        {
            count++;
        }

        Operation[] batch = [.. _waiting.Take(count)];
        foreach (Operation operation in batch)
        {
            operation.Rounds++;
        }

        return batch;
    }

    private void SendToAll(PeerRequestKind kind, in RegisterRecord record)
    {
        int timeout = (int)Math.Clamp(_timer!.Due - lane.Now, 1, RoundMilliseconds);
        for (int i = 0; i < _owners.Count; i++)
        {
            PeerRequest request = new(kind, CallId, _ballot.Epoch, key, _ballot, record, timeout, _trace?.Ask(i) ?? default);
            if (!lane.Calls.Send(_owners[i], request))
            {
                _quorum.AddNo(i);
                _refusal = OperationFailure.QuorumUnreachable;
                _trace?.Replied(i, null);
            }
        }

        if (_quorum.State == QuorumState.Impossible)
        {
            GiveUp();
        }
    }

    private void OnPrepareReply(int replica, in PeerReply reply)
    {
        switch (reply.Kind)
        {
            case PeerReplyKind.Promised:
                _reports.Add(replica, reply.Record);
                _floor = Ballot.Max(_floor, reply.Floor);
                _quorum.AddYes(replica);
                break;
            case PeerReplyKind.Conflict when reply.Ballot == _ballot:
                return; // an echo of this very round
            default:
                Refused(replica, reply);
                break;
        }

        Advance();
    }

    private void OnAcceptReply(int replica, in PeerReply reply)
    {
        if (reply.Kind == PeerReplyKind.Accepted)
        {
            _quorum.AddYes(replica);
        }
        else
        {
            Refused(replica, reply);
        }

        Advance();
    }

    private void Refused(int replica, in PeerReply reply)
    {
        _quorum.AddNo(replica);
        switch (reply.Kind)
        {
            case PeerReplyKind.Conflict:
                _conflicted = true;
                lane.Clock.Observe(reply.Ballot.Counter);
                NodeTelemetry.Conflicts.Add(1);
                break;
            case PeerReplyKind.Overloaded:
                _refusal = OperationFailure.Overloaded;
                break;
            case PeerReplyKind.DiskFull:
                _refusal = OperationFailure.DiskFull;
                break;
            default:
                _refusal = OperationFailure.QuorumUnreachable;
                break;
        }
    }

    private void Advance()
    {
        switch (_quorum.State)
        {
            case QuorumState.Met when _phase == RoundPhase.Preparing:
                Decide();
                break;
            case QuorumState.Met:
                Complete();
                break;
            case QuorumState.Impossible:
                GiveUp();
                break;
            default:
                break;
        }
    }

    private void Decide()
    {
        Operation[] batch = [.. _batch.Where(operation => !operation.IsAnswered)];
        _plan = RoundPlan.Make(_ballot, _reports, _floor, batch, _open, lane.Wall);
        foreach (OpenAttempt attempt in _plan.Untold)
        {
            AnswerUnknown(attempt);
        }

        _waiting.RemoveAll(operation => operation.IsAnswered);

        bool nothingToDo = _plan.Operations.Count == 0 && _plan.TookEffect.Count == 0;
        if (_plan.AnswersNow || nothingToDo)
        {
            Complete();
            return;
        }

        if (_plan.Changes)
        {
            _open.Add(new OpenAttempt(_ballot, _plan.Operations, _plan.Results));
            foreach (Operation operation in _plan.Operations)
            {
                operation.WasSent = true;
            }
        }

        _trace?.End();
        _trace = RoundTrace.Begin(batch, "accept", _owners);
        _quorum = new RoundQuorum(_owners, batch.Length == 0 ? 0 : batch[0].Level.Needed(_owners.Replication));
        _phase = RoundPhase.Accepting;
        lane.Calls.Open(this); // a new id: a late promise must not be taken for an accept
        SendToAll(PeerRequestKind.Accept, _plan.Record);
    }

    private void Complete()
    {
        RoundPlan plan = _plan!;
        Stop();
        foreach (OpenAttempt attempt in plan.TookEffect)
        {
            Answer(attempt.Operations, attempt.Results);
        }

        Answer(plan.Operations, plan.Results);
        _waiting.RemoveAll(operation => operation.IsAnswered);
        _tries = 0;
        _obstacle = OperationFailure.Deadline;
        Begin();
    }

    private static void Answer(IReadOnlyList<Operation> operations, IReadOnlyList<ChangeResult> results)
    {
        for (int i = 0; i < operations.Count; i++)
        {
            if (!operations[i].IsAnswered)
            {
                operations[i].Answer(OperationResult.Committed(results[i]));
            }
        }
    }

    private static void AnswerUnknown(OpenAttempt attempt)
    {
        foreach (Operation operation in attempt.Operations)
        {
            if (!operation.IsAnswered && !operation.IsRead)
            {
                operation.Answer(OperationResult.Unknown(OperationFailure.Deadline));
            }
        }
    }

    /// <summary>The round can no longer succeed. Losing to a higher ballot is no obstacle: the next try has one of its own.</summary>
    private void GiveUp()
    {
        _obstacle = _conflicted ? OperationFailure.Deadline : _refusal;
        Retry();
    }

    /// <summary>Gives the round up. An accept that left stays an open attempt; the next round finds out what became of it.</summary>
    private void Retry()
    {
        Stop();
        _phase = RoundPhase.BackingOff;
        int most = Math.Min(BackoffMilliseconds << Math.Min(_tries++, 16), BackoffMillisecondsMax);
        _timer = lane.Timers.Add(lane.Now + lane.Random.Next(1, most + 1), Begin);
    }

    private void Stop()
    {
        _timer?.Cancel();
        _trace?.End();
        _trace = null;
        lane.Calls.Close(this);
    }

    private void DropOverdue()
    {
        foreach (Operation operation in _waiting)
        {
            bool hopeless = _obstacle != OperationFailure.Deadline && !operation.WasSent && lane.Now - operation.Submitted >= PatienceMilliseconds;
            if (lane.Now >= operation.Deadline || hopeless)
            {
                operation.Fail(_obstacle);
            }
        }

        _waiting.RemoveAll(operation => operation.IsAnswered);
    }

    private long DueOfRound()
    {
        long due = lane.Now + RoundMilliseconds;
        foreach (Operation operation in _waiting)
        {
            due = Math.Min(due, operation.Deadline);
        }

        return Math.Max(due, lane.Now + 1);
    }
}

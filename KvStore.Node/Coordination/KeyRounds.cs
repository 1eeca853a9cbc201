using KvStore.Node.Peers;
using KvStore.Node.Registers;
using KvStore.Node.Ring;
using KvStore.Node.Telemetry;
using KvStore.Node.Topology;

namespace KvStore.Node.Coordination;

/// <summary>
/// The rounds of one key at one coordinator: one in flight at a time. Operations that arrive meanwhile wait and join the
/// next round together, so a hot key costs one round a batch. A round prepares and then accepts; one that has a
/// <see cref="HeldPromise"/> accepts at once. Decisions are <see cref="RoundPlan"/> and <see cref="RoundQuorum"/>; this class
/// sends, waits, retries and answers.
/// </summary>
internal sealed class KeyRounds(Key key, LaneScope lane, AckWatches watches, Action<Key> idle) : PendingCall
{
    /// <summary>After this long without a quorum's answers, a round is given up and tried again under a higher ballot.</summary>
    public const int RoundMilliseconds = 500;

    private const int BackoffMilliseconds = 4;

    private const int BackoffMillisecondsMax = 256;

    private readonly KeyQueue _queue = new();
    private readonly List<OpenAttempt> _open = [];
    private Operation[] _batch = [];
    private LaneTimer? _timer;
    private SlotOwners _owners = lane.Topology.OwnersOf(key.Slot);
    private RoundPhase _phase = RoundPhase.Idle;
    private Epoch _epoch;
    private Ballot _ballot;

    // The ballot that the accept asks to be promised, or zero; who promised it; and whether this round began with one.
    private Ballot _next;
    private uint _holders;
    private HeldPromise? _held;
    private RoundQuorum _quorum = null!;
    private ReadQuorum _reports = null!;
    private Ballot _floor;
    private RoundPlan? _plan;
    private bool _conflicted;
    private OperationFailure _refusal;

    // Why the last round came to nothing; Deadline where another try may well succeed.
    private OperationFailure _obstacle = OperationFailure.Deadline;
    private RoundTrace? _trace;
    private RankedAsk? _ask;
    private int _tries;

    public bool TryAdd(Operation operation)
    {
        if (!_queue.TryAdd(operation))
        {
            return false;
        }

        if (_phase == RoundPhase.Idle)
        {
            Begin();
        }

        return true;
    }

    /// <summary>A new epoch: the round in flight belongs to the old one and is tried again, and so is at once what was refused because others had come to the epoch before.</summary>
    public void OnTopologyChanged()
    {
        if (_phase is RoundPhase.Preparing or RoundPhase.Accepting or RoundPhase.BackingOff)
        {
            _tries = 0;
            Retry();
        }
    }

    /// <summary>This member cannot coordinate any more: its log failed, or it does not vote.</summary>
    public void OnStopped(OperationFailure failure)
    {
        Stop();
        _queue.FailAll(failure);
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
        if (_phase == RoundPhase.Preparing)
        {
            OnPrepareReply(replica, reply);
            return;
        }

        Invariant.Holds(_phase == RoundPhase.Accepting);
        OnAcceptReply(replica, reply);
    }

    public override void OnLost(MemberId member)
    {
        int replica = _owners.PlaceOf(member);
        uint asked = _ask?.Asked ?? _owners.All; // accepts go to everybody
        if (replica >= 0 && (asked & ~_quorum.Yes & (1u << replica)) != 0)
        {
            AddUnreachable(replica);
            _ask?.Refused(replica);
            Advance();
        }
    }

    private void Begin()
    {
        Stop();
        PlantedMistakes.ForgetWhatWasSent(_queue, lane);
        lane.Expired.CountOperations(_queue.DropOverdue(lane.Now, _obstacle));
        _open.RemoveAll(attempt => attempt.IsAnswered);
        if (_queue.IsEmpty)
        {
            _phase = RoundPhase.Idle;
            idle(key);
            return;
        }

        _timer = lane.Timers.Add(_queue.DueOfRound(lane.Now), Retry);
        int replication = lane.Topology.OwnersOf(key.Slot).Replication;
        if (lane.Held.TakeFor(key, lane.Topology.Epoch, _queue.Needed(replication), replication, lane.Protocol) is { } held)
        {
            BeginHeld(held);
            return;
        }

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

    /// <summary>As if the quorum that made the promise had answered a prepare just now with the record it accepted.</summary>
    private void BeginHeld(HeldPromise held)
    {
        bool isFresh = lane.Protocol.Has(ProtocolFlaw.PrepareSkipped) || held.Epoch != lane.Topology.Epoch;
        Start(isFresh ? lane.NextBallot() : held.Next);
        _held = held;
        for (int i = 0; i < _owners.Count; i++)
        {
            if ((held.Replicas & (1u << i)) != 0)
            {
                _reports.Add(i, held.Record);
            }
        }

        lane.Held.Used++;
        Decide();
    }

    private void SendPrepares(Ballot ballot)
    {
        Start(ballot);
        _trace = RoundTrace.Begin(_batch, "prepare", _owners);
        lane.Calls.Open(this);
        _ask = new RankedAsk(lane, _owners, _queue.Needed(_owners.Replication), lane.PrepareDelay, this, TryPrepare, Advance) { Trace = _trace };
        _ask.Begin(everybody: _tries > 0 || !lane.Protocol.PreparesAtBest);
        Advance();
    }

    private bool TryPrepare(int replica) => TrySend(replica, PeerRequestKind.Prepare, RegisterRecord.Absent);

    private void Start(Ballot ballot)
    {
        Invariant.Holds(ballot > _ballot || lane.Protocol.Has(ProtocolFlaw.HeldUsedTwice));
        _epoch = lane.Topology.Epoch;
        _ballot = ballot;
        _owners = lane.Topology.OwnersOf(key.Slot);
        _batch = _queue.Seal(_owners.Replication);
        _quorum = new RoundQuorum(_owners, _queue.Needed(_owners.Replication), lane.Protocol);
        _reports = new ReadQuorum(_owners);
        _floor = Ballot.Zero;
        _plan = null;
        _held = null;
        _next = Ballot.Zero;
        _holders = 0;
        _conflicted = false;
        _phase = RoundPhase.Preparing;
        NodeTelemetry.Rounds.Add(1);
    }

    private bool TrySend(int replica, PeerRequestKind kind, in RegisterRecord record)
    {
        int timeout = (int)Math.Clamp(_timer!.Due - lane.Now, 1, RoundMilliseconds);
        PeerRequest request = new(kind, CallId, PlantedMistakes.EpochOf(lane, _epoch), key, _ballot, record, timeout, _trace?.Ask(replica) ?? default, Next: _next);
        if (lane.Calls.Send(_owners[replica], request))
        {
            return true;
        }

        AddUnreachable(replica);
        return false;
    }

    private void AddUnreachable(int replica)
    {
        _quorum.AddUnreachable(replica, isHinted: _phase == RoundPhase.Accepting);
        _refusal = OperationFailure.QuorumUnreachable;
        _trace?.Replied(replica, null);
    }

    private void OnPrepareReply(int replica, in PeerReply reply)
    {
        switch (reply.Kind)
        {
            case PeerReplyKind.Promised:
                _reports.Add(replica, lane.Protocol.Has(ProtocolFlaw.FloorReadAsDeletion) ? PlantedMistakes.DeletedAt(reply.Floor, reply.Record) : reply.Record);
                _floor = Ballot.Max(_floor, reply.Floor);
                _quorum.AddYes(replica);
                break;
            case PeerReplyKind.Conflict when reply.Ballot == _ballot:
                return; // an echo of this very round
            default:
                Refused(replica, reply);
                _ask?.Refused(replica);
                break;
        }

        Advance();
    }

    private void OnAcceptReply(int replica, in PeerReply reply)
    {
        if (reply.Kind == PeerReplyKind.Accepted)
        {
            _quorum.AddYes(replica);
            _holders |= reply.HoldsNext ? 1u << replica : 0;
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
        if (reply.Kind == PeerReplyKind.Conflict)
        {
            _conflicted = true;
            lane.Clock.Observe(reply.Ballot.Counter);
            lane.Contended.Mark(key, lane.Now);
            NodeTelemetry.Conflicts.Add(1);
        }
        else
        {
            _refusal = RoundAnswers.ObstacleOf(reply.Kind);
        }
    }

    private void Advance()
    {
        switch (_quorum.State)
        {
            case QuorumState.Met when _phase == RoundPhase.Preparing:
                _ask?.Settled(_quorum.Yes);
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
        if (lane.Protocol.Has(ProtocolFlaw.BatchSealedLate) && _held is null)
        {
            _batch = _queue.Seal(_owners.Replication);
        }

        Operation[] batch = Array.TrueForAll(_batch, operation => !operation.IsAnswered) ? _batch : [.. _batch.Where(operation => !operation.IsAnswered)];
        bool isReported = _held is null || lane.Protocol.Has(ProtocolFlaw.AnsweredFromHeld);
        _plan = RoundPlan.Make(_ballot, _reports, _floor, batch, _open, lane.Wall, isReported, lane.Protocol);
        RoundAnswers.Unknown(_plan.Untold);
        _queue.DropAnswered();
        bool nothingToDo = _plan.Operations.Count == 0 && _plan.TookEffect.Count == 0;
        if (_plan.AnswersNow || nothingToDo)
        {
            Complete();
            return;
        }

        if (_plan.Changes)
        {
            _open.Add(new OpenAttempt(_ballot, _plan.Operations, _plan.Results));
            RoundAnswers.Sent(_plan.Operations);
        }

        EndAsking();
        _trace = RoundTrace.Begin(batch, "accept", _owners);
        _quorum = new RoundQuorum(_owners, batch.Length == 0 ? 0 : batch[0].Level.Needed(_owners.Replication), lane.Protocol);
        _phase = RoundPhase.Accepting;
        _next = HeldPromises.MayFollow(_plan.Record.State!) ? lane.BallotAhead() : Ballot.Zero;
        lane.Calls.Open(this); // a new id: a late promise must not be taken for an accept
        for (int i = 0; i < _owners.Count; i++)
        {
            TrySend(i, PeerRequestKind.Accept, _plan.Record);
        }

        Advance();
    }

    private void Complete()
    {
        RoundPlan plan = _plan!;
        if (_phase == RoundPhase.Accepting)
        {
            watches.Take(this, key, plan.Record, _owners, _quorum.Yes, _trace?.Trails);
            lane.Held.Offer(key, new HeldPromise(plan.Record, _next, _epoch, _holders), _owners, _quorum.Yes, lane.Protocol);
        }

        Stop();
        RoundAnswers.Commit(plan.TookEffect);
        RoundAnswers.Commit(plan.Operations, plan.Results);
        _queue.DropAnswered();
        if (_held is not null && lane.Protocol.Has(ProtocolFlaw.JoinedAfterAccept))
        {
            PlantedMistakes.DeclineFrom(plan.Record, _queue, lane.NextBallot());
        }

        _tries = 0;
        _obstacle = OperationFailure.Deadline;
        Begin();
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
        if (lane.Protocol.Has(ProtocolFlaw.TwoValuesUnderOneBallot) && _phase == RoundPhase.Accepting && _quorum.State == QuorumState.Pending && !_queue.IsEmpty)
        {
            _timer = lane.Timers.Add(lane.Now + RoundMilliseconds, Retry);
            _batch = _queue.Seal(_owners.Replication);
            Decide();
            return;
        }

        PlantedMistakes.KeepHeld(key, _conflicted ? _held : null, lane);
        if (_phase == RoundPhase.Accepting && lane.Protocol.Has(ProtocolFlaw.UnchosenHinted))
        {
            watches.Take(this, key, _plan!.Record, _owners, _quorum.Yes);
        }

        Stop();
        _phase = RoundPhase.BackingOff;
        int most = Math.Min(BackoffMilliseconds << Math.Min(_tries++, 16), BackoffMillisecondsMax);
        _timer = lane.Timers.Add(lane.Now + lane.Random.Next(1, most + 1), Begin);
    }

    private void Stop()
    {
        _timer?.Cancel();
        EndAsking();
        lane.Calls.Close(this);
    }

    private void EndAsking()
    {
        _trace?.End();
        _trace = null;
        _ask?.Close();
        _ask = null;
    }
}

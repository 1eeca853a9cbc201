using System.Diagnostics;
using KvStore.Node.Peers;
using KvStore.Node.Registers;
using KvStore.Node.Ring;
using KvStore.Node.Storage;
using KvStore.Node.Telemetry;
using KvStore.Node.Topology;

namespace KvStore.Node.Replication;

/// <summary>
/// The replica side of one lane: gates requests by epoch, serialises them per key, lets the <see cref="Acceptor"/> decide,
/// makes the decision durable and then answers.
/// </summary>
/// <remarks>
/// <para>Who calls: the lane, with requests from peers and from its own coordinator, and with what the disk completed.</para>
/// <para>What must hold: a record becomes readable, and an Accepted leaves, only after its log entry is durable; while it is not, prepares, accepts and learns of that key wait and reads
/// answer the durable record; nothing above the lane's Bound is promised; nothing is answered while the member does not vote (<see cref="VoteGate"/>); and the epoch changes only while nothing of the old one is under way (<see cref="Hold"/>).</para>
/// <para>Failure: when the log fails, everything that would write is refused and reads go on; while the disk is full likewise.</para>
/// </remarks>
internal sealed class Replica
{
    private readonly int _lane;
    private readonly IStore _store;
    private readonly LaneLog _log;
    private readonly LaneBound _bound;
    private readonly PromiseTable _promises;
    private readonly VoteGate _votes;
    private readonly Action<PeerReply> _answerLocally;
    private readonly ProtocolSettings _protocol;
    private readonly Dictionary<Key, BusyKey> _busy = [];
    private readonly DiskReads _diskReads;
    private readonly ReplicaAdmission _admission;
    private long _now;

    public Replica(
        int lane, MemberId self, IStore store, LaneLog log, LaneBound bound, PromiseTable promises, VoteGate votes,
        TopologySnapshot topology, Action<PeerReply> answerLocally, ProtocolSettings protocol)
    {
        _lane = lane;
        _store = store;
        _diskReads = new DiskReads(lane, store);
        _log = log;
        _bound = bound;
        _promises = promises;
        _votes = votes;
        _admission = new ReplicaAdmission(self, votes, log, topology, protocol);
        _answerLocally = answerLocally;
        _protocol = protocol;
        Sole = new SoleReplica(lane, self, store, log, bound, promises, votes, _admission, _busy, Resume, protocol);
    }

    /// <summary>The same replica for keys without other owners.</summary>
    public SoleReplica Sole { get; }

    /// <summary>Requests dropped before they ran because nobody waited for them any more.</summary>
    public long ExpiredCount { get; private set; }

    /// <summary>Whether nothing that was admitted is under way.</summary>
    public bool IsAtRest => _busy.Count == 0;

    /// <summary>When <see cref="At"/> must be called, whatever comes; lane milliseconds.</summary>
    public long NextDue => _admission.GivesUpAt;

    /// <summary>From here on nothing but reads is admitted, until <see cref="Release"/>; what was is carried out.</summary>
    public void Hold() => _admission.Hold();

    /// <summary>The new epoch is in force: what was held is taken up at it.</summary>
    public void Release() => Handle(_admission.Release());

    /// <summary>Sets what holds for the inputs that follow, and refuses what waited too long for the next epoch. Called by the lane before them.</summary>
    /// <param name="now">The lane's milliseconds.</param>
    public void At(TopologySnapshot topology, long now)
    {
        _admission.At(topology, now);
        _now = now;
        Handle(_admission.GiveUp());
    }

    public void Handle(in PeerRequest request, in ReplyPath path)
    {
        if (_now > path.Deadline)
        {
            NodeTelemetry.Stop(path.Span); // nobody waits for it any more
            ExpiredCount++;
            ExpiredMetrics.Count(ExpiredMetrics.Replica, 1);
        }
        else if (_admission.MustWait(request))
        {
            Wait(request, path);
        }
        else if (_admission.RefusalOf(request) is { } refusal)
        {
            Answer(path, Reply(refusal, request));
        }
        else if (_busy.TryGetValue(request.Key, out BusyKey? busy))
        {
            HandleBusy(busy, request, path);
        }
        else if (_store.TryRead(_lane, request.Key, out RegisterRecord record))
        {
            Decide(request, path, record);
        }
        else if (_admission.IsHolding)
        {
            Wait(request, path);
        }
        else
        {
            BeginRead(request, path);
        }
    }

    /// <summary>Takes the answer of a disk read.</summary>
    public void OnReadCompleted(long token, in RegisterRecord record)
    {
        Key key = _diskReads.End(token);
        Invariant.Holds(_busy.Remove(key, out BusyKey? busy) && busy.IsReading);
        while (busy.TryDequeue(out PeerRequest request, out ReplyPath path))
        {
            // The record stands for the key until one of these makes it busy again; the rest then wait behind that one.
            if (_busy.ContainsKey(key) || _now > path.Deadline || _admission.MustWait(request) || _admission.RefusalOf(request) is not null)
            {
                Handle(request, path);
            }
            else
            {
                Decide(request, path, record);
            }
        }
    }

    private void Handle((PeerRequest Request, ReplyPath Path)[] held)
    {
        foreach ((PeerRequest request, ReplyPath path) in held)
        {
            Handle(request, path);
        }
    }

    private void Wait(in PeerRequest request, in ReplyPath path)
    {
        if (!_admission.TryHold(request, path))
        {
            Answer(path, Reply(PeerReplyKind.Overloaded, request));
        }
    }

    private void HandleBusy(BusyKey busy, in PeerRequest request, in ReplyPath path)
    {
        bool overtakes = request.Kind == PeerRequestKind.Prepare && _protocol.Has(ProtocolFlaw.PrepareOvertakesAccept) && !busy.Record.IsAbsent;
        if ((request.Kind == PeerRequestKind.Read && !busy.IsReading) || overtakes)
        {
            Decide(request, path, busy.Durable);
        }
        else if (busy.IsFull)
        {
            Answer(path, Reply(PeerReplyKind.Overloaded, request));
        }
        else
        {
            busy.Enqueue(request, path);
        }
    }

    private void BeginRead(in PeerRequest request, in ReplyPath path)
    {
        BusyKey busy = BusyKey.Reading();
        busy.Enqueue(request, path);
        _busy.Add(request.Key, busy);
        _diskReads.Begin(request.Key, path.Span?.Context ?? request.Trace);
    }

    private void Decide(in PeerRequest request, in ReplyPath path, in RegisterRecord record)
    {
        Invariant.Holds(_now <= path.Deadline);
        Acceptor acceptor = new(_promises.For(request.Key), record, _store.FloorOf(request.Key.Slot), _protocol.Flaw);
        switch (request.Kind)
        {
            case PeerRequestKind.Read:
                Answer(path, Reply(PeerReplyKind.Read, request) with { Ballot = record.Ballot, Record = record, Floor = acceptor.Floor });
                return;
            case PeerRequestKind.Prepare:
                Prepare(request, path, acceptor);
                return;
            case PeerRequestKind.Accept:
                Accept(request, path, acceptor);
                return;
            case PeerRequestKind.Learn:
                Learn(request, path, acceptor);
                return;
            case PeerRequestKind.Confirm:
                Answer(path, Confirm(request, acceptor));
                return;
            case PeerRequestKind.Purge:
                Purge(request, path, acceptor);
                return;
            default:
                throw new InvariantViolation($"A replica was asked for {request.Kind}");
        }
    }

    private void Prepare(in PeerRequest request, in ReplyPath path, in Acceptor acceptor)
    {
        if (!acceptor.MayPromise(request.Ballot, out Ballot conflict))
        {
            Answer(path, Reply(PeerReplyKind.Conflict, request) with { Ballot = conflict });
            return;
        }

        PeerReply promised = Reply(PeerReplyKind.Promised, request) with { Record = acceptor.Accepted, Floor = acceptor.Floor };
        if (_bound.Covers(request.Ballot) || _busy.ContainsKey(request.Key))
        {
            _promises.Promise(request.Key, request.Ballot);
            _bound.KeepAhead(request.Ballot);
            Answer(path, promised);
            return;
        }

        // The key waits meanwhile, so that the record shown with the promise is still the one on disk.
        _busy.Add(request.Key, BusyRequest.Writing(acceptor.Accepted, RegisterRecord.Absent, path, promised));
        Key key = request.Key;
        _bound.Raise(request.Ballot, () => OnBoundRaised(key));
    }

    private void Accept(in PeerRequest request, in ReplyPath path, in Acceptor acceptor)
    {
        switch (acceptor.DecideAccept(request.Ballot, out Ballot conflict))
        {
            case AcceptDecision.AlreadyAccepted:
                _bound.KeepAhead(request.Next);
                Answer(path, Reply(PeerReplyKind.Accepted, request) with { HoldsNext = _promises.TryHold(request.Key, request.Next, _bound) });
                return;
            case AcceptDecision.Conflict:
                Answer(path, Reply(PeerReplyKind.Conflict, request) with { Ballot = conflict });
                return;
            case AcceptDecision.Accept:
                _bound.KeepAhead(request.Next); // before the record in the log, so that the Bound is there when the record is
                Write(request, path, acceptor.Accepted, Reply(PeerReplyKind.Accepted, request));
                return;
            default:
                throw new InvariantViolation("Unknown decision");
        }
    }

    private void Learn(in PeerRequest request, in ReplyPath path, in Acceptor acceptor)
    {
        switch (acceptor.DecideLearn(request.Record.Ballot))
        {
            case LearnDecision.AlreadyKnown:
                Answer(path, Reply(PeerReplyKind.Learned, request));
                return;
            case LearnDecision.RefusedByFloor:
                Answer(path, Reply(PeerReplyKind.LearnRefused, request) with { Floor = acceptor.Floor });
                return;
            case LearnDecision.Learn:
                Write(request, path, acceptor.Accepted, Reply(PeerReplyKind.Learned, request));
                return;
            default:
                throw new InvariantViolation("Unknown decision");
        }
    }

    private void Write(in PeerRequest request, in ReplyPath path, in RegisterRecord durable, in PeerReply done)
    {
        Invariant.Holds(durable.IsAbsent || request.Record.Ballot > durable.Ballot || _protocol.Flaw != ProtocolFlaw.None);
        _busy.Add(request.Key, BusyRequest.Writing(durable, request.Record, path, done, request.Next));
        if (_protocol.Has(ProtocolFlaw.ReplyBeforeDurable))
        {
            Answer(path, done);
        }

        ActivityContext parent = path.Span?.Context ?? request.Trace;
        _log.Append(StoreEntry.Of(request.Key, request.Record), new Written(this, request.Key, NodeTelemetry.Start("append log", ActivityKind.Internal, parent)));
    }

    /// <summary>Only evidence of every replica lets a tombstone go: see <see cref="Acceptor.Confirms"/>.</summary>
    private PeerReply Confirm(in PeerRequest request, in Acceptor acceptor) => acceptor.Confirms(request.Ballot, out Ballot promised) switch
    {
        _ when !_admission.MayPurge => Reply(PeerReplyKind.NotConfirmed, request),
        true => Reply(PeerReplyKind.Confirmed, request),
        false when !promised.IsZero => Reply(PeerReplyKind.Conflict, request) with { Ballot = promised },
        false => Reply(PeerReplyKind.NotConfirmed, request),
    };

    /// <summary>
    /// Removes a tombstone that every replica has confirmed and raises its slot's floor to it, unless the key holds something
    /// else by now. Promises stay. While it is made durable the key waits, so that no prepare sees it half done.
    /// </summary>
    private void Purge(in PeerRequest request, in ReplyPath path, in Acceptor acceptor)
    {
        PeerReply purged = Reply(PeerReplyKind.Purged, request);
        if (!_admission.MayPurge || !acceptor.Holds(request.Ballot))
        {
            Answer(path, purged);
            return;
        }

        _busy.Add(request.Key, BusyRequest.Purging(acceptor.Accepted, path, purged));
        _log.Append(StoreEntry.Purge(request.Key, request.Ballot), new PurgeWritten(this, request.Key));
    }

    private void OnBoundRaised(in Key key)
    {
        BusyRequest busy = Done(key);
        Invariant.Holds(busy.Record.IsAbsent && _bound.Covers(busy.Reply.Ballot));
        Ballot promised = _promises.For(key);
        if (busy.Reply.Ballot > promised)
        {
            _promises.Promise(key, busy.Reply.Ballot);
            Answer(busy.Path, busy.Reply);
        }
        else
        {
            // The promise table was dropped meanwhile, which raised what counts as promised.
            Answer(busy.Path, new PeerReply(PeerReplyKind.Conflict, busy.Reply.Id, busy.Reply.Epoch, promised));
        }

        Resume(busy);
    }

    private void OnWritten(in Key key, long lsn)
    {
        BusyRequest busy = Done(key);
        Invariant.Holds(!busy.Record.IsAbsent);
        _store.Apply(_lane, key, busy.Durable, busy.Record, lsn);
        bool isAccepted = busy.Reply.Kind == PeerReplyKind.Accepted;
        if (isAccepted || _protocol.Has(ProtocolFlaw.LearnClearsPromise))
        {
            _promises.Retire(key, isAccepted ? busy.Record.Ballot : _promises.For(key));
        }

        bool holdsNext = isAccepted && _promises.TryHold(key, busy.Next, _bound);
        if (!_protocol.Has(ProtocolFlaw.ReplyBeforeDurable))
        {
            Answer(busy.Path, busy.Reply with { HoldsNext = holdsNext });
        }

        Resume(busy);
    }

    private void OnPurged(in Key key, long lsn)
    {
        BusyRequest busy = Done(key);
        Invariant.Holds(!busy.Durable.IsAbsent);
        _store.ApplyPurge(_lane, key, busy.Durable, lsn);
        if (_protocol.Has(ProtocolFlaw.PurgeClearsPromises))
        {
            _promises.Forget(key);
        }

        Answer(busy.Path, busy.Reply);
        Resume(busy);
    }

    private BusyRequest Done(in Key key) => _busy.Remove(key, out BusyKey? busy) ? (BusyRequest)busy : throw new InvariantViolation($"{key} is not busy");

    private void Resume(BusyKey busy)
    {
        while (busy.TryDequeue(out PeerRequest request, out ReplyPath path))
        {
            Handle(request, path);
        }
    }

    private PeerReply Reply(PeerReplyKind kind, in PeerRequest request) => new(kind, request.Id, _admission.Topology.Epoch, request.Ballot);

    private void Answer(in ReplyPath path, PeerReply reply)
    {
        if (!_votes.IsOpen)
        {
            // Decided before the others told what was lost, perhaps on what was lost.
            reply = new PeerReply(PeerReplyKind.NotVoting, reply.Id, reply.Epoch);
        }

        path.Span?.SetTag(SpanAttributes.Result, reply.Kind.ToString());
        NodeTelemetry.Stop(path.Span);
        if (path.Link is null)
        {
            _answerLocally(reply);
            return;
        }

        path.Link.TrySend(reply); // a full or lost link drops it: the asker's round times out
    }

    private sealed class Written(Replica replica, Key key, Activity? span) : DurableStep
    {
        public override void Run()
        {
            NodeTelemetry.Stop(span);
            replica.OnWritten(key, Lsn);
        }
    }

    private sealed class PurgeWritten(Replica replica, Key key) : DurableStep
    {
        public override void Run() => replica.OnPurged(key, Lsn);
    }
}

using System.Diagnostics;
using KvStore.Node.Peers;
using KvStore.Node.Registers;
using KvStore.Node.Replication;
using KvStore.Node.Ring;
using KvStore.Node.Storage;
using KvStore.Node.Telemetry;
using KvStore.Node.Topology;

namespace KvStore.Node.Coordination;

/// <summary>
/// One of a member's single-threaded workers. A slot belongs to one lane, and the registers, promises, queues and rounds of
/// that slot are touched only here: no locks, no awaits.
///
/// <code>
/// clients ─┐                       ┌─► LaneRounds ──requests──► peers, or the replica below
/// peers  ──┤  Post ─► inputs ─Run─►┤                                 │
/// store  ──┤                       └─► Replica ◄────────────────────-┘──► LaneLog ──► store (one append a run)
/// timer  ──┘
/// </code>
/// </summary>
/// <remarks>
/// Must hold: <see cref="Run"/> is never on two threads at once, and everything appended to the log during a run reaches the
/// store before it ends. Simulation runs the same lanes and lets its seed choose their order.
/// </remarks>
internal sealed class Lane : IDisposable
{
    /// <summary>Inputs in one run, at most, so that whoever lends its thread gets it back.</summary>
    public const int InputsPerRunMax = 256;

    /// <summary>Items of a batch that are about as much work as another input.</summary>
    private const int BatchItemsPerInput = 16;

    private const int RanksPublishedMilliseconds = 100;

    private readonly LaneInputs _inputs = new();
    private readonly LaneScope _scope;
    private readonly Replica _replica;
    private readonly MemberClock _clock;
    private readonly Topologies _topologies;
    private readonly Action<Lane> _wake;
    private readonly Action<Exception> _crash;
    private readonly ITimer _timer;
    private Action? _atRest;
    private long _armedFor = long.MaxValue;
    private long _ranksPublishedAt;
    private int _isScheduled;

    /// <param name="lanes">How many there are.</param>
    /// <param name="wake">Has <see cref="Run"/> called soon, by any one thread.</param>
    /// <param name="crash">Told when the lane cannot go on: the member must stop.</param>
    public Lane(int number, int lanes, MemberId self, IStore store, Topologies topologies, VoteGate votes, PeerLoads loads, PeerSend send, MemberClock clock, Random random, ProtocolSettings protocol, Action<Lane> wake, Action<Exception> crash)
    {
        Number = number;
        _clock = clock;
        _topologies = topologies;
        _wake = wake;
        _crash = crash;
        Ballot recovered = LaneBound.Recover(store.Contents);
        LaneLog log = new(store);
        LaneBound bound = new(number, log, recovered);
        TracedWrites writes = new();
        _scope = new LaneScope
        {
            Self = self,
            Clock = new HybridClock(protocol.Has(ProtocolFlaw.BallotReused) ? 0 : recovered.Counter),
            Bound = bound,
            Log = log,
            Custody = new SlotCustody(number, store, log),
            Votes = votes,
            Calls = new ReplicaCalls(number, self, send, writes),
            Writes = writes,
            Ranks = new PeerRanks(self, loads),
            Traffic = new LaneTraffic(number, lanes),
            Random = random,
            Protocol = protocol,
            Topology = topologies.Current,
            Now = clock.Now,
            Wall = clock.Wall,
        };
        Ballot counted = protocol.Has(ProtocolFlaw.PromiseForgotten) ? Ballot.Zero : recovered;
        PromiseTable promises = new(counted, PromiseTable.EntriesMax, protocol, protocol.NextDeclineRate > 0 ? random : null);
        _replica = new Replica(number, self, store, log, bound, promises, votes, topologies.Current, _scope.Calls.LocalReplies.Enqueue, protocol);
        Rounds = new LaneRounds(number, _scope, _replica.Sole);
        _timer = clock.Time.CreateTimer(static lane => ((Lane)lane!).Post(new LaneInput(LaneInputKind.Tick)), this, Timeout.InfiniteTimeSpan, Timeout.InfiniteTimeSpan);
    }

    public int Number { get; }

    public LaneRounds Rounds { get; }

    /// <summary>Inputs that wait.</summary>
    public int Waiting => _inputs.Count;

    /// <summary>Requests dropped before the replica took them up, because their time was over.</summary>
    public long RequestsExpired => _replica.ExpiredCount;

    /// <summary>Adds an input and has the lane run if nobody runs it. Any thread.</summary>
    public void Post(in LaneInput input)
    {
        if (_inputs.TryAdd(input) && Interlocked.Exchange(ref _isScheduled, 1) == 0)
        {
            _wake(this);
        }
    }

    /// <summary>Deals with what is there, for a bounded time. Called once per wake.</summary>
    public void Run()
    {
        try
        {
            using PeerSendBatch batch = PeerSendBatch.Begin();
            RunInputs();
        }
        catch (Exception e)
        {
            _crash(e); // state may be half changed: nothing of this lane may be trusted or answered any more
            return;
        }

        Volatile.Write(ref _isScheduled, 0);
        if (!_inputs.IsEmpty && Interlocked.Exchange(ref _isScheduled, 1) == 0)
        {
            _wake(this);
        }
    }

    public void Dispose() => _timer.Dispose();

    private void RunInputs()
    {
        Refresh();
        for (int done = 0; done < InputsPerRunMax && _inputs.TryTake(out LaneInput input);)
        {
            done += WeightOf(input); // before: a batch may be in use for others afterwards
            Handle(input);
            RunLocal();
        }

        Refresh();
        _scope.Timers.Run(_scope.Now);
        RunLocal();
        _scope.Load.Appended(_scope.Log.Flush(), _scope.Now);
        Rounds.Hints.Publish();
        PublishRanks();
        TellIfAtRest();
        Arm();
    }

    /// <summary>Nothing that was admitted before the lane was held is under way any more.</summary>
    private void TellIfAtRest()
    {
        if (_atRest is { } tell && _replica.IsAtRest && _scope.Custody.IsAtRest)
        {
            _atRest = null;
            tell();
        }
    }

    private void Refresh()
    {
        _scope.Now = _clock.Now;
        _scope.Wall = _clock.Wall;
        TopologySnapshot topology = _topologies.Current;
        TopologySnapshot before = _scope.Topology;
        _scope.Topology = topology;
        _replica.At(topology, _scope.Now);
        if (topology.Epoch != before.Epoch)
        {
            if (!_scope.Protocol.Has(ProtocolFlaw.HeldAcrossEpochs))
            {
                _scope.Held.Clear();
            }

            _scope.EpochSince = _scope.Now;
            Rounds.OnTopologyChanged(before);
            _replica.Release();
        }
    }

    private void Handle(in LaneInput input)
    {
        switch (input.Kind)
        {
            case LaneInputKind.Operation or LaneInputKind.Batch or LaneInputKind.Call:
                Begin(input.Subject!);
                break;
            case LaneInputKind.Inquiry:
                ((KeyInquiry)input.Subject!).Begin(_scope);
                break;
            case LaneInputKind.Traffic:
                ((TrafficInquiry)input.Subject!).Answer(_scope);
                break;
            case LaneInputKind.Requests:
                Handle((RequestBatch)input.Subject!);
                break;
            case LaneInputKind.Replies:
                Handle((ReplyBatch)input.Subject!);
                break;
            case LaneInputKind.Durable:
                _scope.Load.Durable(input.Number, _clock.Now);
                _scope.Log.OnDurable(input.Number);
                break;
            case LaneInputKind.Read:
                _replica.OnReadCompleted(input.Number, input.Record);
                break;
            case LaneInputKind.LogFailed:
                OnLogFailed((StoreFailure)input.Subject!);
                break;
            case LaneInputKind.Silenced:
                Rounds.OnSilenced();
                break;
            case LaneInputKind.LinkLost:
                OnLinkLost((MemberId)input.Subject!);
                break;
            case LaneInputKind.Pending:
                Restore((Fact)input.Subject!);
                break;
            case LaneInputKind.Tick:
                _armedFor = long.MaxValue;
                break;
            case LaneInputKind.Hold:
                Hold((Action)input.Subject!);
                break;
            case LaneInputKind.TopologyChanged:
                break; // Refresh has seen it
            default:
                throw new InvariantViolation($"No lane input {input.Kind}");
        }
    }

    private void Begin(object work)
    {
        switch (work)
        {
            case Operation operation:
                Rounds.Submit(operation);
                break;
            case OperationBatch batch:
                Rounds.Submit(batch);
                break;
            default:
                Rounds.Begin((LaneCall)work);
                break;
        }
    }

    /// <summary>How much of a run it is.</summary>
    private static int WeightOf(in LaneInput input) => input.Subject is OperationBatch batch ? 1 + (batch.Count / BatchItemsPerInput) : 1;

    private void OnLogFailed(StoreFailure failure)
    {
        _scope.Log.OnFailed(failure);
        Rounds.OnLogFailed(failure);
    }

    private void OnLinkLost(MemberId member)
    {
        _scope.Ranks.Lost(member);
        _scope.Calls.OnLost(member);
    }

    private void Hold(Action atRest)
    {
        _replica.Hold();
        _atRest = atRest;
    }

    private void Handle(RequestBatch batch)
    {
        _scope.Load.Waited(_clock.Now - batch.Arrived, _scope.Now);
        foreach (PeerRequest request in batch.Requests)
        {
            if (request.Kind == PeerRequestKind.Execute)
            {
                Rounds.Execute(request, batch.Link, batch.DeadlineOf(request));
                continue;
            }

            Activity? span = request.Trace == default ? null : NodeTelemetry.Start($"replica {request.Kind}", ActivityKind.Server, request.Trace);
            if (request.Kind == PeerRequestKind.Accept)
            {
                _scope.Writes.Remember(request.Key, request.Ballot, request.Trace);
            }

            Handle(request, new ReplyPath(batch.Link, batch.DeadlineOf(request), span));
        }
    }

    private void Handle(ReplyBatch batch)
    {
        foreach (PeerReply reply in batch.Replies)
        {
            _scope.Ranks.Answered(batch.From, reply, _scope.Now, _scope.IsSettled);
            _scope.Calls.OnReply(batch.From, reply);
            RunLocal();
        }
    }

    private void Restore(in Fact fact)
    {
        if (fact.Kind == FactKind.Hint)
        {
            Rounds.Hints.Restore(HintCodec.Decode(fact.Number, fact.Payload, _scope.Now));
            return;
        }

        (Key key, Change change) = PendingChangeCodec.Decode(fact.Payload);
        Rounds.Pending.Restore(fact.Number, key, change);
    }

    private void Handle(in PeerRequest request, in ReplyPath path)
    {
        if (request.Kind == PeerRequestKind.Purge)
        {
            // It is of before the deletion: refused by all, and after the purge nobody could tell that it was.
            _scope.Held.Drop(request.Key);
        }

        _replica.Handle(request, path);
    }

    /// <summary>The member's own replica answers its own coordinator, until neither has anything for the other.</summary>
    private void RunLocal()
    {
        while (true)
        {
            if (_scope.Calls.Local.TryDequeue(out PeerRequest request))
            {
                Handle(request, new ReplyPath(null, _scope.Now + request.TimeoutMilliseconds, null));
            }
            else if (_scope.Calls.LocalReplies.TryDequeue(out PeerReply reply))
            {
                _scope.Ranks.Answered(_scope.Self, reply, _scope.Now, _scope.IsSettled);
                _scope.Calls.OnReply(_scope.Self, reply);
            }
            else
            {
                return;
            }
        }
    }

    /// <summary>Now and then: nobody reads it more often.</summary>
    private void PublishRanks()
    {
        if (_scope.Now - _ranksPublishedAt >= RanksPublishedMilliseconds)
        {
            _ranksPublishedAt = _scope.Now;
            _scope.Ranks.Publish(_scope.Now);
        }
    }

    private void Arm()
    {
        long due = Math.Min(_scope.Timers.NextDue, _replica.NextDue);
        if (due < _armedFor)
        {
            _armedFor = due;
            _timer.Change(TimeSpan.FromMilliseconds(Math.Max(0, due - _scope.Now)), Timeout.InfiniteTimeSpan);
        }
    }
}

using System.Diagnostics;
using KvStore.Node.Peers;
using KvStore.Node.Registers;
using KvStore.Node.Replication;
using KvStore.Node.Ring;
using KvStore.Node.Storage;
using KvStore.Node.Telemetry;
using KvStore.Node.Topology;

namespace KvStore.Node.Coordination;

/// <summary>The coordinator side of one lane: gives every operation to what carries it out.</summary>
internal sealed class LaneRounds
{
    private readonly int _number;
    private readonly LaneScope _lane;
    private readonly PendingChanges _pending;
    private readonly HandedOperations _handed = new();
    private readonly AckWatches _watches;
    private readonly SoleRounds _sole;
    private readonly Dictionary<Key, KeyRounds> _keys = [];
    private readonly Action<Operation> _toRound;
    private readonly Action<Operation> _settleRead;

    public LaneRounds(int number, LaneScope lane, SoleReplica replica)
    {
        _number = number;
        _sole = new SoleRounds(number, lane, replica);
        _lane = lane;
        _toRound = ToRound;
        _settleRead = SettleRead;
        _pending = new PendingChanges(number, lane, _toRound);
        Hints = new Hints(number, lane, _toRound);
        _watches = new AckWatches(lane, Hints);
    }

    /// <summary>Keys with rounds in flight or waiting.</summary>
    public int ActiveKeys => _keys.Count;

    /// <summary>Rounds that began with a held promise.</summary>
    public long HeldUsed => _lane.Held.Used;

    /// <summary>Writes that were decided without a round, because the key has no other owner.</summary>
    public long SoleDecided => _sole.Decided;

    public PendingChanges Pending => _pending;

    public Hints Hints { get; }

    public UpkeepFigures Figures => _lane.Figures;

    public HedgeFigures Hedges => _lane.HedgeFigures;

    public ExpiredFigures Expired => _lane.Expired;

    public PeerRanks Ranks => _lane.Ranks;

    public LaneLoad Load => _lane.Load;

    /// <summary>Begins work for the upkeep of replicas.</summary>
    public void Begin(LaneCall call)
    {
        if (_lane.Votes.IsOpen && _lane.Log.Failure is null)
        {
            call.Begin(_lane, _toRound);
        }
        else
        {
            call.Refuse();
        }
    }

    public void Submit(Operation operation)
    {
        _lane.Traffic.Count(operation.Key, operation.IsRead, _lane.Now);
        Submit(operation, mayHand: true);
    }

    /// <summary>Carries out those items of a batch that are of this lane.</summary>
    public void Submit(OperationBatch batch)
    {
        bool mayBeAtOnce = MayCoordinate && _lane.Now < batch.Deadline;
        for (int i = 0; i < batch.Count; i++)
        {
            ref readonly BatchItem item = ref batch[i];
            if (!_lane.Traffic.IsOfLane(item.Key.Slot))
            {
                continue;
            }

            _lane.Traffic.Count(item.Key, item.IsRead, _lane.Now);
            if (!mayBeAtOnce || !_sole.TryRun(batch, i, _keys.ContainsKey(item.Key)))
            {
                Submit(Single(batch, i), mayHand: true);
            }
        }

        batch.Leave();
    }

    /// <summary>Coordinates an operation that another member handed over, here and nowhere else.</summary>
    /// <param name="deadline">Lane milliseconds; when it has passed, nobody waits any more.</param>
    public void Execute(in PeerRequest request, PeerLink link, long deadline)
    {
        if (_lane.Now > deadline)
        {
            _lane.Expired.CountHanded();
            return;
        }

        if (!_handed.IsFirst(link, request.Id))
        {
            return;
        }

        Operation operation = _handed.Take(request, link, deadline, _lane);
        if (_handed.IsFull)
        {
            operation.Fail(OperationFailure.Overloaded);
            return;
        }

        Submit(operation, mayHand: false);
    }

    private void Submit(Operation operation, bool mayHand)
    {
        int replication = _lane.Topology.OwnersOf(operation.Key.Slot).Replication;
        bool linearizable = operation.Level.IsLinearizable(replication);
        operation.Span = StartSpan(operation);
        if (!MayCoordinate)
        {
            operation.Fail(OperationFailure.NotServing);
        }
        else if (_lane.Now >= operation.Deadline)
        {
            _lane.Expired.CountOperations(1);
            operation.Fail(OperationFailure.Deadline);
        }
        else if (operation.Level.Needed(replication) > replication)
        {
            operation.Fail(OperationFailure.LevelTooHigh);
        }
        else if (_sole.TryRun(operation, _keys.ContainsKey(operation.Key)))
        {
            return;
        }
        else if (linearizable && !mayHand)
        {
            ToRound(operation); // a read was asked of the replicas where it came from
        }
        else if (operation.IsRead)
        {
            new FastRead(operation, _lane, _toRound, _settleRead).Begin();
        }
        else if (linearizable)
        {
            ToFirstOwner(operation);
        }
        else if (!operation.Change.IsUnconditional)
        {
            operation.Fail(OperationFailure.NeedsMajority);
        }
        else if (_lane.Log.Failure is { } failure)
        {
            operation.Fail(FailureOf(failure));
        }
        else if (_lane.Log.Shortage is { } shortage)
        {
            operation.Fail(FailureOf(shortage));
        }
        else
        {
            _pending.Take(operation);
        }
    }

    /// <summary>To the slot's first live owner if the key is contended, else to a round here.</summary>
    private void ToFirstOwner(Operation operation)
    {
        if (!new HandOver(operation, _lane, _toRound).TryBegin())
        {
            ToRound(operation);
        }
    }

    /// <summary>Where writes of this member are in flight, they are what the replicas did not agree on: their next round answers the read.</summary>
    private void SettleRead(Operation operation)
    {
        if (_keys.ContainsKey(operation.Key))
        {
            ToRound(operation);
        }
        else
        {
            ToFirstOwner(operation);
        }
    }

    public void OnTopologyChanged(TopologySnapshot before)
    {
        _watches.Clear();
        Hints.OnTopologyChanged(before, _lane.Topology);
        if (!_lane.IsMember)
        {
            OnSilenced();
            return;
        }

        foreach (KeyRounds rounds in _lane.Protocol.Has(ProtocolFlaw.TopologiesMixed) ? [] : _keys.Values.ToArray())
        {
            rounds.OnTopologyChanged();
        }
    }

    public void OnLogFailed(StoreFailure failure) => StopRounds(FailureOf(failure));

    /// <summary>The member does not vote any more.</summary>
    public void OnSilenced() => StopRounds(OperationFailure.NotServing);

    private void StopRounds(OperationFailure failure)
    {
        _sole.FailAll(failure);
        foreach (KeyRounds rounds in _keys.Values.ToArray())
        {
            rounds.OnStopped(failure);
        }
    }

    private Operation Single(OperationBatch batch, int item) => new(batch[item].Key, batch[item].Change, batch.Level, batch.Submitted, batch.Deadline, default)
    {
        Began = batch.Began,
        Answered = (_, result) => batch.Answer(_number, item, result),
    };

    private bool MayCoordinate => _lane.Votes.IsOpen && _lane.IsMember;

    private void ToRound(Operation operation)
    {
        if (!MayCoordinate)
        {
            operation.Fail(OperationFailure.NotServing);
            return;
        }

        if (_lane.Log.Failure is { } failure)
        {
            operation.Fail(FailureOf(failure));
            return;
        }

        if (!_keys.TryGetValue(operation.Key, out KeyRounds? rounds))
        {
            rounds = new KeyRounds(operation.Key, _lane, _watches, OnIdle);
            _keys.Add(operation.Key, rounds);
        }

        if (!rounds.TryAdd(operation))
        {
            operation.Fail(OperationFailure.Overloaded);
        }
    }

    private void OnIdle(Key key) => _keys.Remove(key);

    private static OperationFailure FailureOf(StoreFailure failure) =>
        failure.IsDiskFull ? OperationFailure.DiskFull : OperationFailure.StoreFailed;

    private Activity? StartSpan(Operation operation)
    {
        Activity? span = NodeTelemetry.Start("coordinate", ActivityKind.Internal, operation.Parent);
        if (span is not null)
        {
            span.SetTag(SpanAttributes.Operation, NameOf(operation.Change.Kind));
            span.SetTag(SpanAttributes.Slot, (int)operation.Key.Slot.Number);
            span.SetTag(SpanAttributes.Epoch, (long)_lane.Topology.Epoch.Number);
            span.SetTag(SpanAttributes.Consistency, operation.Level.ToString());
            span.SetTag(SpanAttributes.Replicas, _lane.Topology.OwnersOf(operation.Key.Slot).Count);
        }

        return span;
    }

    /// <summary>"get", "put", "delete", "increment" or "append".</summary>
    public static string NameOf(ChangeKind kind) => kind switch
    {
        ChangeKind.Identity => "get",
        ChangeKind.Put => "put",
        ChangeKind.Delete => "delete",
        ChangeKind.Increment => "increment",
        ChangeKind.Append => "append",
        _ => throw new InvariantViolation($"No change {kind}"),
    };
}

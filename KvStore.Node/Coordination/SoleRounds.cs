using KvStore.Node.Registers;
using KvStore.Node.Replication;
using KvStore.Node.Ring;
using KvStore.Node.Telemetry;

namespace KvStore.Node.Coordination;

/// <summary>
/// Operations on keys whose only owner is this member. Coordinator and replica are one and the lane does one thing at a time, so
/// a round is decided where it begins: nothing is sent, nothing is promised, and only the disk is waited for.
/// </summary>
/// <remarks>
/// What it cannot decide at once takes a round as ever, with everything that a round can wait for: a key that is busy or on the
/// disk, a value past its time, a Bound that does not reach. So does what somebody follows or traces, to see its steps.
/// </remarks>
internal sealed class SoleRounds(int number, LaneScope lane, SoleReplica replica)
{
    /// <summary>How often writes that the disk keeps waiting are looked at.</summary>
    public const int LookMilliseconds = 50;

    // In the order of their log numbers, which is that of their ends.
    private readonly Queue<SoleChange> _writing = new();
    private LaneTimer? _look;

    private int Number => number;

    /// <summary>Writes that were decided here.</summary>
    public long Decided { get; private set; }

    /// <summary>Answers the operation, now or when the disk has it.</summary>
    /// <param name="hasRound">Whether a round of the key is under way.</param>
    /// <returns>False if it has to take a round; then nothing was done.</returns>
    public bool TryRun(Operation operation, bool hasRound)
    {
        if (operation.Span is not null || operation.Trail is not null || operation.MustAccept || operation.WasSent || !replica.Owns(operation.Key.Slot))
        {
            return false;
        }

        if (operation.IsRead)
        {
            return TryRead(operation);
        }

        if (hasRound || !TryDecide(operation.Key, operation.Change, out SoleDecision decision))
        {
            return false;
        }

        if (decision.Record.IsAbsent)
        {
            operation.Answer(OperationResult.Committed(decision.Result));
            return true;
        }

        operation.WasSent = true;
        operation.Rounds++;
        Write(new SoleOperation(this, replica, operation, decision.Accepted, decision.Record, decision.Result));
        return true;
    }

    /// <summary>The same for an item of a batch.</summary>
    public bool TryRun(OperationBatch batch, int item, bool hasRound)
    {
        Key key = batch[item].Key;
        if (!replica.Owns(key.Slot) || batch.Level.Needed(1) > 1)
        {
            return false;
        }

        if (batch[item].IsRead)
        {
            return TryRead(batch, item, key);
        }

        Ballot ballot = lane.NextBallot();
        if (hasRound || !replica.TryBegin(key, ballot, out RegisterRecord accepted, out _, out Ballot floor))
        {
            return false;
        }

        RegisterRecord record = SoleDecision.Put(ballot, accepted, floor, batch[item].Value, lane.Wall, lane.Protocol.VectorEntriesMax);
        Write(new SoleItem(this, replica, batch, item, accepted, record));
        return true;
    }

    /// <summary>The member's log failed, or it does not vote any more: what becomes of the writes under way is unknown.</summary>
    public void FailAll(OperationFailure failure)
    {
        while (_writing.TryDequeue(out SoleChange? change))
        {
            change.Fail(failure);
        }
    }

    private bool TryRead(Operation operation)
    {
        if (!replica.TryRead(operation.Key, out RegisterRecord record) || record.State?.IsExpired(lane.Wall) == true)
        {
            return false;
        }

        operation.Answer(OperationResult.Committed(new ChangeResult(ChangeOutcome.Unchanged, record.State, record.HasValue)));
        return true;
    }

    private bool TryRead(OperationBatch batch, int item, in Key key)
    {
        if (!replica.TryView(key, out RegisterView view) || view.IsExpired(lane.Wall))
        {
            return false;
        }

        batch.AnswerRead(number, item, view);
        return true;
    }

    private bool TryDecide(in Key key, Change change, out SoleDecision decision)
    {
        decision = default;
        Ballot ballot = lane.NextBallot();
        if (!replica.TryBegin(key, ballot, out RegisterRecord accepted, out bool isDurable, out Ballot floor))
        {
            return false;
        }

        decision = SoleDecision.Of(ballot, accepted, floor, change, lane.Wall, lane.Protocol.VectorEntriesMax);
        return isDurable || !decision.Record.IsAbsent;
    }

    private void Write(SoleChange change)
    {
        lane.Held.Drop(change.Key);
        NodeTelemetry.Rounds.Add(1);
        Decided++;
        _writing.Enqueue(change);
        _look ??= lane.Timers.Add(lane.Now + LookMilliseconds, Look);
        replica.Write(change);
        if (lane.Protocol.Has(ProtocolFlaw.SoleAnswersEarly))
        {
            change.Answer();
        }
    }

    private void OnCommitted(SoleChange change)
    {
        if (!_writing.TryPeek(out SoleChange? first) || first != change)
        {
            return; // one of those that failed together
        }

        _writing.Dequeue();
        if (lane.Votes.IsOpen)
        {
            change.Answer();
        }
        else
        {
            change.Fail(OperationFailure.NotServing);
        }
    }

    /// <summary>Answers those whose time is over; they stay in the queue, as the disk may still get to them.</summary>
    private void Look()
    {
        foreach (SoleChange change in _writing)
        {
            if (change.Deadline <= lane.Now)
            {
                change.Fail(OperationFailure.Deadline);
            }
        }

        _look = _writing.Count > 0 ? lane.Timers.Add(lane.Now + LookMilliseconds, Look) : null;
    }

    /// <summary>A write and what is answered when it is durable.</summary>
    private abstract class SoleChange(SoleRounds rounds, SoleReplica replica, Key key, in RegisterRecord accepted, in RegisterRecord record)
        : SoleWrite(replica, key, accepted, record)
    {
        /// <summary>When it is answered whatever is known; lane milliseconds.</summary>
        public abstract long Deadline { get; }

        /// <summary>Unless that was done before.</summary>
        public abstract void Answer();

        /// <summary>That it may have taken effect; likewise.</summary>
        public abstract void Fail(OperationFailure failure);

        protected SoleRounds Rounds => rounds;

        protected override void Committed() => rounds.OnCommitted(this);
    }

    private sealed class SoleOperation(
        SoleRounds rounds, SoleReplica replica, Operation operation, in RegisterRecord accepted, in RegisterRecord record, ChangeResult result)
        : SoleChange(rounds, replica, operation.Key, accepted, record)
    {
        public override long Deadline => operation.Deadline;

        public override void Answer()
        {
            if (!operation.IsAnswered)
            {
                operation.Answer(OperationResult.Committed(result));
            }
        }

        public override void Fail(OperationFailure failure)
        {
            if (!operation.IsAnswered)
            {
                operation.Fail(failure);
            }
        }
    }

    private sealed class SoleItem(SoleRounds rounds, SoleReplica replica, OperationBatch batch, int item, in RegisterRecord accepted, in RegisterRecord record)
        : SoleChange(rounds, replica, batch[item].Key, accepted, record)
    {
        private readonly long _deadline = batch.Deadline;

        // Once its item is answered the batch may be used for others.
        private OperationBatch? _batch = batch;

        public override long Deadline => _deadline;

        public override void Answer() => Take()?.AnswerPut(item, Record.State!.Version);

        public override void Fail(OperationFailure failure) => Take()?.Answer(Rounds.Number, item, OperationResult.Unknown(failure));

        private OperationBatch? Take()
        {
            OperationBatch? batch = _batch;
            _batch = null;
            return batch;
        }
    }
}

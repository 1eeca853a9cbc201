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
internal sealed class SoleRounds(LaneScope lane, SoleReplica replica)
{
    /// <summary>How often writes that the disk keeps waiting are looked at.</summary>
    public const int LookMilliseconds = 50;

    // In the order of their log numbers, which is that of their ends.
    private readonly Queue<SoleChange> _writing = new();
    private LaneTimer? _look;

    /// <summary>Writes on their way to the disk.</summary>
    public int Writing => _writing.Count;

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
        Write(new SoleOperation(this, replica, operation, decision));
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

    private bool TryDecide(in Key key, Change change, out SoleDecision decision)
    {
        decision = default;
        Ballot ballot = lane.NextBallot();
        if (!replica.TryBegin(key, ballot, out RegisterRecord accepted, out Ballot floor))
        {
            return false;
        }

        decision = SoleDecision.Of(ballot, accepted, floor, change, lane.Wall, lane.Protocol.VectorEntriesMax);
        return true;
    }

    private void Write(SoleChange change)
    {
        lane.Held.Drop(change.Key);
        NodeTelemetry.Rounds.Add(1);
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
    private abstract class SoleChange(SoleRounds rounds, SoleReplica replica, Key key, in SoleDecision decision)
        : SoleWrite(replica, key, decision.Accepted, decision.Record)
    {
        /// <summary>When it is answered whatever is known; lane milliseconds.</summary>
        public abstract long Deadline { get; }

        /// <summary>Unless that was done before.</summary>
        public abstract void Answer();

        /// <summary>That it may have taken effect; likewise.</summary>
        public abstract void Fail(OperationFailure failure);

        protected override void Committed() => rounds.OnCommitted(this);
    }

    private sealed class SoleOperation(SoleRounds rounds, SoleReplica replica, Operation operation, in SoleDecision decision)
        : SoleChange(rounds, replica, operation.Key, decision)
    {
        private readonly ChangeResult _result = decision.Result;

        public override long Deadline => operation.Deadline;

        public override void Answer()
        {
            if (!operation.IsAnswered)
            {
                operation.Answer(OperationResult.Committed(_result));
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
}

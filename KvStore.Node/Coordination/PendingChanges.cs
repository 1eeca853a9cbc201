using System.Diagnostics;
using KvStore.Node.Registers;
using KvStore.Node.Replication;
using KvStore.Node.Ring;
using KvStore.Node.Storage;

namespace KvStore.Node.Coordination;

/// <summary>
/// Changes acknowledged at level one: on this member's disk, not yet committed. Each is committed as an ordinary write that
/// gives way to whatever a later round wrote, and then taken off the disk. They survive a restart.
/// </summary>
internal sealed class PendingChanges(int lane, LaneScope scope, Action<Operation> toRound)
{
    /// <summary>Changes waiting to be committed, at most; beyond it level one is refused as Overloaded.</summary>
    public const int CountMax = 16_384;

    /// <summary>How long one try may take before it counts as failed and is repeated.</summary>
    public const int TryMilliseconds = 10_000;

    private const int PauseMilliseconds = 200;

    private const int PauseMillisecondsMax = 5_000;

    private readonly Dictionary<long, (Key Key, Change Change)> _pending = [];
    private long _last;

    public int Count => _pending.Count;

    /// <summary>Takes up a change found on disk at start.</summary>
    /// <param name="number">The fact's number.</param>
    public void Restore(long number, in Key key, Change change)
    {
        Skip(number);
        _pending.Add(number, (key, change));
        Commit(number, tries: 0);
    }

    /// <summary>Numbers up to this one are taken.</summary>
    public void Skip(long number) => _last = Math.Max(_last, number >> ReplicaCalls.LaneBits);

    /// <summary>Makes the change durable here, answers it, and then commits it.</summary>
    public void Take(Operation operation)
    {
        if (_pending.Count >= CountMax)
        {
            operation.Answer(OperationResult.NotApplied(OperationFailure.Overloaded));
            return;
        }

        Ballot ballot = scope.NextBallot();
        if (!scope.Bound.Covers(ballot))
        {
            scope.Bound.Raise(ballot, () => Take(operation));
            return;
        }

        scope.Held.OnlyAbove(ballot);
        Change change = operation.Change with { UnlessPassed = ballot };
        long number = (++_last << ReplicaCalls.LaneBits) | (uint)lane;
        _pending.Add(number, (operation.Key, change));
        Fact fact = new(FactKind.PendingChange, number, PendingChangeCodec.Encode(operation.Key, change));
        scope.Log.Append(StoreEntry.Of(fact), new Taken(this, number, operation));
    }

    private void Commit(long number, int tries)
    {
        (Key key, Change change) = _pending[number];
        toRound(new Operation(key, change, Consistency.Quorum, scope.Now, scope.Now + TryMilliseconds, default(ActivityContext))
        {
            Answered = (_, result) => OnTried(number, tries, result),
        });
    }

    private void OnTried(long number, int tries, in OperationResult result)
    {
        if (result.Outcome == OperationOutcome.Committed)
        {
            // Until this is on disk a restart repeats the change, which then finds itself passed.
            _pending.Remove(number);
            scope.Log.Append(StoreEntry.Of(new Fact(FactKind.PendingChange, number, default)), new Forgotten());
            return;
        }

        int pause = Math.Min(PauseMilliseconds << Math.Min(tries, 8), PauseMillisecondsMax);
        scope.Timers.Add(scope.Now + scope.Random.Next(pause / 2, pause + 1), () => Commit(number, tries + 1));
    }

    private sealed class Taken(PendingChanges changes, long number, Operation operation) : DurableStep
    {
        public override void Run()
        {
            if (!operation.IsAnswered)
            {
                operation.Answer(OperationResult.Committed(new ChangeResult(ChangeOutcome.Applied, null, Existed: true)));
            }

            changes.Commit(number, tries: 0);
        }
    }

    private sealed class Forgotten : DurableStep
    {
        public override void Run()
        {
        }
    }
}

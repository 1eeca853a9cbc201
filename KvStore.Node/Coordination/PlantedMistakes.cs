using KvStore.Node.Registers;
using KvStore.Node.Ring;

namespace KvStore.Node.Coordination;

/// <summary>The longer ones of the mistakes that simulation plants in a coordinator (<see cref="ProtocolFlaw"/>).</summary>
internal static class PlantedMistakes
{
    /// <summary>Has overdue operations told "not applied" though an accept of them has left.</summary>
    public static void ForgetWhatWasSent(KeyQueue queue, LaneScope lane)
    {
        if (lane.Protocol.Has(ProtocolFlaw.TimeoutToldAsFailure))
        {
            foreach (Operation operation in queue.Waiting.Where(operation => lane.Now >= operation.Deadline))
            {
                operation.WasSent = false;
            }
        }
    }

    /// <summary>Keeps a held promise that has met a conflict.</summary>
    /// <param name="held">Null where there was none, or no conflict.</param>
    public static void KeepHeld(in Key key, HeldPromise? held, LaneScope lane)
    {
        if (held is not null && lane.Protocol.Has(ProtocolFlaw.HeldUsedTwice))
        {
            lane.Held.Put(key, held);
        }
    }

    /// <summary>The epoch under which a round's requests leave: its own, but for the mistake of taking the one in force.</summary>
    public static Epoch EpochOf(LaneScope lane, Epoch ofRound) => lane.Protocol.Has(ProtocolFlaw.TopologiesMixed) ? lane.Topology.Epoch : ofRound;

    /// <summary>Takes the absence of a record at a slot with a floor for a tombstone.</summary>
    public static RegisterRecord DeletedAt(Ballot floor, in RegisterRecord record) => record.IsAbsent && !floor.IsZero
        ? new RegisterRecord(floor, new RegisterState { Kind = RegisterKind.Tombstone, Version = new StateVersion(floor, 1), Pruned = floor })
        : record;

    /// <summary>Answers what waits and would change nothing of a state whose accept left before it came.</summary>
    public static void DeclineFrom(in RegisterRecord accepted, KeyQueue queue, Ballot ballot)
    {
        foreach (Operation operation in queue.Waiting.Where(operation => !operation.WasSent && !operation.MustAccept))
        {
            RegisterState? state = accepted.State;
            ChangeResult result = operation.Change.Apply(ref state, new StateVersion(ballot, 1));
            if (result.Outcome != ChangeOutcome.Applied)
            {
                operation.Answer(OperationResult.Committed(result));
            }
        }

        queue.DropAnswered();
    }
}

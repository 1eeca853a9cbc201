using Google.Protobuf;
using KvStore.Node.Coordination;
using KvStore.Node.Registers;
using KvStore.Node.Ring;

namespace KvStore.Node.FrontEnds;

/// <summary>Where a key lives, as clients see it.</summary>
internal static class ExplanationView
{
    /// <summary>Bytes of its value that a replica shows, at most.</summary>
    public const int ValueBytesMax = 4_096;

    /// <param name="coordinator">Name of this member.</param>
    /// <param name="level">At which the key was read.</param>
    public static Protocol.Explanation Of(KeyExplanation explanation, string coordinator, Consistency level, bool withValues, string traceId)
    {
        Slot slot = explanation.Key.Slot;
        OperationResult read = explanation.Read;
        RequestFailure? failure = OperationAnswer.FailureOf(read, Change.Identity, level);
        bool isAnswered = read.Outcome == OperationOutcome.Committed;
        Protocol.Explanation view = new()
        {
            Key = ByteString.CopyFrom(explanation.Key.Span),
            Slot = slot.Number,
            Position = SlotPlaces.PositionsOf(slot)[0],
            Epoch = explanation.Epoch.Number,
            Coordinator = coordinator,
            Found = failure is null,
            Version = isAnswered ? read.Change.Version.ToString() : "",
            Milliseconds = explanation.Elapsed.TotalMilliseconds,
            TraceId = traceId,
            Error = isAnswered ? "" : failure!.Detail,
        };
        view.Replicas.AddRange(explanation.Replicas.Select(replica => Of(replica, withValues)));
        return view;
    }

    private static Protocol.ReplicaExplanation Of(ReplicaExplanation replica, bool withValues)
    {
        Protocol.ReplicaExplanation view = new()
        {
            MemberId = replica.Member.Id.ToString(),
            Name = replica.Member.Name,
            State = replica.Answered ? NameOf(replica.Record) : "unreachable",
            Milliseconds = replica.Answered ? replica.Elapsed.TotalMilliseconds : 0,
        };
        if (replica is { Answered: true, Record.State: { } state })
        {
            view.Ballot = replica.Record.Ballot.ToString();
            view.Version = state.Version.ToString();
            view.ValueLength = (uint)state.Value.Length;
            view.ExpiresAt = state.ExpiresAt;
            view.ValueStart = withValues ? ByteString.CopyFrom(state.Value.Span[..Math.Min(state.Value.Length, ValueBytesMax)]) : ByteString.Empty;
        }

        return view;
    }

    private static string NameOf(in RegisterRecord record) => record.State?.Kind switch
    {
        null => "absent",
        RegisterKind.Nothing => "nothing",
        RegisterKind.Value => "value",
        RegisterKind.Tombstone => "tombstone",
        _ => throw new InvariantViolation($"Unknown kind {record.State.Kind}"),
    };
}

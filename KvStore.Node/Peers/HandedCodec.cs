using KvStore.Node.Registers;

namespace KvStore.Node.Peers;

/// <summary>
/// The binary forms of a handed change: needed (1) · kind (1) · condition (1) · expected version (16) · by (8) · expires at (8)
/// · value (the rest); and of its answer: outcome (1) · failure (1) · change outcome (1) · existed (1) · number (8) · state, if
/// there is one, as a record under its own version's ballot (the rest).
/// </summary>
internal static class HandedCodec
{
    private const int ChangeFixedLength = 1 + 1 + 1 + StateVersion.EncodedLength + 8 + 8;
    private const int AnswerFixedLength = 4 + 8;

    public static int LengthOf(HandedChange handed) => ChangeFixedLength + handed.Change.Value.Length;

    public static int LengthOf(HandedAnswer answer) =>
        AnswerFixedLength + (answer.Result.State is { } state ? RegisterCodec.LengthOf(RecordOf(state)) : 0);

    public static void Write(HandedChange handed, ref WireWriter writer)
    {
        Change change = handed.Change;
        Invariant.Holds(change.TimeToLive == 0 && change.UnlessPassed.IsZero);
        writer.Byte((byte)handed.Needed);
        writer.Byte((byte)change.Kind);
        writer.Byte((byte)change.Condition);
        writer.Ballot(change.Expected.Ballot);
        writer.UInt16(change.Expected.Step);
        writer.Int64(change.By);
        writer.Int64(change.ExpiresAt);
        writer.Bytes(change.Value.Span);
    }

    public static void Write(HandedAnswer answer, ref WireWriter writer)
    {
        writer.Byte(answer.Outcome);
        writer.Byte(answer.Failure);
        writer.Byte((byte)answer.Result.Outcome);
        writer.Byte(answer.Result.Existed ? (byte)1 : (byte)0);
        writer.Int64(answer.Result.Number);
        if (answer.Result.State is { } state)
        {
            RegisterRecord record = RecordOf(state);
            RegisterCodec.Write(record, writer.Span(RegisterCodec.LengthOf(record)));
        }
    }

    /// <returns>Null if the bytes are not a change that may be handed on.</returns>
    public static HandedChange? ReadChange(ref WireReader reader)
    {
        int needed = reader.Byte();
        ChangeKind kind = (ChangeKind)reader.Byte();
        ConditionKind condition = (ConditionKind)reader.Byte();
        StateVersion expected = new(reader.AnyBallot(), reader.UInt16());
        long by = reader.Int64();
        long expiresAt = reader.Int64();
        Change change = new()
        {
            Kind = kind,
            Condition = condition,
            Expected = expected,
            By = by,
            ExpiresAt = expiresAt,
            Value = reader.Span(reader.Left).ToArray(),
        };
        bool isSound = !reader.Failed && needed > 0 && Enum.IsDefined(kind) && kind != ChangeKind.Identity && Enum.IsDefined(condition);
        return isSound ? new HandedChange(change, needed) : null;
    }

    /// <returns>Null if the bytes are not an answer.</returns>
    public static HandedAnswer? ReadAnswer(ref WireReader reader, int frameLength)
    {
        byte outcome = reader.Byte();
        byte failure = reader.Byte();
        ChangeOutcome changed = (ChangeOutcome)reader.Byte();
        byte existed = reader.Byte();
        long number = reader.Int64();
        RegisterRecord record = RegisterRecord.Absent;
        bool isSound = !reader.Failed && Enum.IsDefined(changed) && existed <= 1
            && (reader.Left == 0 || PeerCodec.TryReadRecord(reader.Memory(reader.Left), frameLength, out record));
        return isSound ? new HandedAnswer(outcome, failure, new ChangeResult(changed, record.State, existed == 1, number)) : null;
    }

    private static RegisterRecord RecordOf(RegisterState state) => new(state.Version.Ballot, state);
}

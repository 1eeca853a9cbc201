using KvStore.Node.Registers;

namespace KvStore.Node.Peers;

/// <summary>
/// The binary forms of a handed change: needed (1) · kind (1) · answers what was before (1) · condition (1) · expected version
/// (16) · by, or longest length (8) · expires at (8) · value (the rest); and of its answer: outcome (1) · failure (1) · change
/// outcome (1) · existed (1) · number (8) · length of the state (4) · state · state before (the rest). States are records under
/// their own version's ballot, and of no length where there is none.
/// </summary>
internal static class HandedCodec
{
    private const int ChangeFixedLength = 1 + 1 + 1 + 1 + StateVersion.EncodedLength + 8 + 8;
    private const int AnswerFixedLength = 4 + 8 + 4;

    public static int LengthOf(HandedChange handed) => ChangeFixedLength + handed.Change.Value.Length;

    public static int LengthOf(HandedAnswer answer) =>
        AnswerFixedLength + LengthOf(answer.Result.State) + LengthOf(answer.Result.Before);

    public static void Write(HandedChange handed, ref WireWriter writer)
    {
        Change change = handed.Change;
        Invariant.Holds(change.TimeToLive == 0 && change.UnlessPassed.IsZero);
        writer.Byte((byte)handed.Needed);
        writer.Byte((byte)change.Kind);
        writer.Byte(change.AnswersBefore ? (byte)1 : (byte)0);
        writer.Byte((byte)change.Condition);
        writer.Ballot(change.Expected.Ballot);
        writer.UInt16(change.Expected.Step);
        writer.Int64(change.Kind == ChangeKind.Append ? change.LengthMax : change.By);
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
        writer.Int32(LengthOf(answer.Result.State));
        Write(answer.Result.State, ref writer);
        Write(answer.Result.Before, ref writer);
    }

    /// <returns>Null if the bytes are not a change that may be handed on.</returns>
    public static HandedChange? ReadChange(ref WireReader reader)
    {
        int needed = reader.Byte();
        ChangeKind kind = (ChangeKind)reader.Byte();
        byte answersBefore = reader.Byte();
        ConditionKind condition = (ConditionKind)reader.Byte();
        StateVersion expected = new(reader.AnyBallot(), reader.UInt16());
        long by = reader.Int64();
        long expiresAt = reader.Int64();
        Change change = new()
        {
            Kind = kind,
            Condition = condition,
            Expected = expected,
            By = kind == ChangeKind.Append ? 0 : by,
            LengthMax = kind == ChangeKind.Append ? (int)Math.Clamp(by, 0, int.MaxValue) : 0,
            AnswersBefore = answersBefore == 1,
            ExpiresAt = expiresAt,
            Value = reader.Span(reader.Left).ToArray(),
        };
        bool isSound = !reader.Failed && needed > 0 && answersBefore <= 1 && Enum.IsDefined(kind) && Enum.IsDefined(condition);
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
        int length = reader.Int32();
        bool isSound = TryReadState(reader.Memory(length), frameLength, out RegisterState? state)
            & TryReadState(reader.Memory(reader.Left), frameLength, out RegisterState? before)
            & !reader.Failed & Enum.IsDefined(changed) & existed <= 1;
        return isSound ? new HandedAnswer(outcome, failure, new ChangeResult(changed, state, existed == 1, number) { Before = before }) : null;
    }

    private static bool TryReadState(ReadOnlyMemory<byte> bytes, int frameLength, out RegisterState? state)
    {
        RegisterRecord record = RegisterRecord.Absent;
        bool isRead = bytes.IsEmpty || PeerCodec.TryReadRecord(bytes, frameLength, out record);
        state = record.State;
        return isRead;
    }

    private static int LengthOf(RegisterState? state) => state is null ? 0 : RegisterCodec.LengthOf(RecordOf(state));

    private static void Write(RegisterState? state, ref WireWriter writer)
    {
        if (state is not null)
        {
            RegisterRecord record = RecordOf(state);
            RegisterCodec.Write(record, writer.Span(RegisterCodec.LengthOf(record)));
        }
    }

    private static RegisterRecord RecordOf(RegisterState state) => new(state.Version.Ballot, state);
}

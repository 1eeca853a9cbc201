using System.Buffers.Text;
using System.Globalization;
using System.Text;

namespace KvStore.Node.Registers;

/// <summary>
/// What a request does to the state of a key: a function of that state and of the round, so that one mechanism carries
/// puts, deletes, increments, conditions and reads alike. Immutable.
/// </summary>
internal sealed record Change
{
    /// <summary>Changes nothing and answers the state: a read that needs a round, or a round that secures a record.</summary>
    public static readonly Change Identity = new() { Kind = ChangeKind.Identity };

    public required ChangeKind Kind { get; init; }

    public ReadOnlyMemory<byte> Value { get; init; }

    /// <summary>How long a put value lives, in milliseconds from its admission; 0 for ever.</summary>
    public long TimeToLive { get; init; }

    /// <summary>When a put value expires, Unix milliseconds, fixed at admission by <see cref="Admitted"/>.</summary>
    public long ExpiresAt { get; init; } = RegisterState.Never;

    /// <summary>
    /// Only of a change acknowledged at level one: it gives way to every state that a round above this ballot wrote.
    /// </summary>
    public Ballot UnlessPassed { get; init; }

    /// <summary>What an increment adds; may be negative.</summary>
    public long By { get; init; }

    /// <summary>Bytes a value may have after an append.</summary>
    public int LengthMax { get; init; }

    /// <summary>Of a put or a delete: whether its result says what it replaced.</summary>
    public bool AnswersBefore { get; init; }

    public ConditionKind Condition { get; init; }

    /// <summary>The version asked for by <see cref="ConditionKind.Version"/>.</summary>
    public StateVersion Expected { get; init; }

    public static Change Put(ReadOnlyMemory<byte> value, long timeToLive = 0) =>
        new() { Kind = ChangeKind.Put, Value = value, TimeToLive = timeToLive };

    public static Change Delete() => new() { Kind = ChangeKind.Delete };

    public static Change Increment(long by) => new() { Kind = ChangeKind.Increment, By = by };

    /// <param name="lengthMax">Bytes the value may have afterwards; beyond it nothing is done.</param>
    public static Change Append(ReadOnlyMemory<byte> bytes, int lengthMax) =>
        new() { Kind = ChangeKind.Append, Value = bytes, LengthMax = lengthMax };

    /// <summary>A put whose result says what it replaced.</summary>
    public static Change GetAndSet(ReadOnlyMemory<byte> value, long timeToLive = 0) => Put(value, timeToLive) with { AnswersBefore = true };

    /// <summary>A delete whose result says what it removed.</summary>
    public static Change GetAndDelete() => Delete() with { AnswersBefore = true };

    /// <summary>Whether the change may run at a level below a majority, where there is no agreed state to decide on.</summary>
    public bool IsUnconditional => Condition == ConditionKind.None && !AnswersBefore && Kind is (ChangeKind.Put or ChangeKind.Delete);

    /// <summary>The change as the member that admits it runs it: its time to live turned into a moment.</summary>
    /// <param name="now">That member's wall clock, Unix milliseconds.</param>
    public Change Admitted(long now) =>
        TimeToLive == 0 ? this : this with { TimeToLive = 0, ExpiresAt = TimeToLive > long.MaxValue - now ? long.MaxValue : now + TimeToLive };

    /// <summary>
    /// Applies the change to <paramref name="state"/> inside a round.
    /// </summary>
    /// <param name="state">The working state of the round; replaced when the change has an effect.</param>
    /// <param name="round">The version a change of this round gets next.</param>
    public ChangeResult Apply(ref RegisterState? state, StateVersion round)
    {
        bool existed = state is { HasValue: true };
        if (!UnlessPassed.IsZero && state is not null && Ballot.Max(state.Version.Ballot, state.Pruned) > UnlessPassed)
        {
            return new ChangeResult(ChangeOutcome.Unchanged, state, existed);
        }

        if (!Allows(state, existed))
        {
            return new ChangeResult(ChangeOutcome.ConditionFailed, state, existed);
        }

        RegisterState? before = AnswersBefore ? state : null;
        switch (Kind)
        {
            case ChangeKind.Put:
                state = Successor(state, RegisterKind.Value, Value, ExpiresAt, round);
                return new ChangeResult(ChangeOutcome.Applied, state, existed) { Before = before };
            case ChangeKind.Delete when existed:
                state = Successor(state, RegisterKind.Tombstone, default, RegisterState.Never, round);
                return new ChangeResult(ChangeOutcome.Applied, state, existed) { Before = before };
            case ChangeKind.Increment:
                return Add(ref state, round, existed);
            case ChangeKind.Append:
                return Extend(ref state, round, existed);
            default:
                return new ChangeResult(ChangeOutcome.Unchanged, state, existed);
        }
    }

    /// <summary>Turns a value past its time into a tombstone; says whether it did.</summary>
    public static bool Expire(ref RegisterState? state, StateVersion round, long now)
    {
        if (state is null || !state.IsExpired(now))
        {
            return false;
        }

        state = Successor(state, RegisterKind.Tombstone, default, RegisterState.Never, round);
        return true;
    }

    private bool Allows(RegisterState? state, bool existed) => Condition switch
    {
        ConditionKind.None => true,
        ConditionKind.Version => existed && state!.Version == Expected,
        ConditionKind.Present => existed,
        ConditionKind.Absent => !existed,
        _ => throw new InvariantViolation($"Unknown condition {Condition}"),
    };

    private ChangeResult Add(ref RegisterState? state, StateVersion round, bool existed)
    {
        if (!TryReadNumber(state, existed, out long number) || WouldOverflow(number, By))
        {
            return new ChangeResult(ChangeOutcome.NotANumber, state, existed);
        }

        number += By;
        byte[] text = Encoding.ASCII.GetBytes(number.ToString(CultureInfo.InvariantCulture));
        state = Successor(state, RegisterKind.Value, text, state?.ExpiresAt ?? RegisterState.Never, round);
        return new ChangeResult(ChangeOutcome.Applied, state, existed, number);
    }

    /// <summary>A value keeps its expiry, as it does when it is added to.</summary>
    private ChangeResult Extend(ref RegisterState? state, StateVersion round, bool existed)
    {
        ReadOnlyMemory<byte> before = existed ? state!.Value : default;
        if ((long)before.Length + Value.Length > LengthMax)
        {
            return new ChangeResult(ChangeOutcome.TooLong, state, existed);
        }

        byte[] value = [.. before.Span, .. Value.Span];
        state = Successor(state, RegisterKind.Value, value, existed ? state!.ExpiresAt : RegisterState.Never, round);
        return new ChangeResult(ChangeOutcome.Applied, state, existed, value.Length);
    }

    private static bool TryReadNumber(RegisterState? state, bool existed, out long number)
    {
        number = 0;
        return !existed || (Utf8Parser.TryParse(state!.Value.Span, out number, out int consumed) && consumed == state.Value.Length);
    }

    private static bool WouldOverflow(long number, long by) => by > 0 ? number > long.MaxValue - by : number < long.MinValue - by;

    /// <summary>The history marks (vector, pruned) are the round's to set, once for the whole batch.</summary>
    private static RegisterState Successor(
        RegisterState? before, RegisterKind kind, ReadOnlyMemory<byte> value, long expiresAt, StateVersion version) => new()
        {
            Kind = kind,
            Value = value,
            ExpiresAt = expiresAt,
            Version = version,
            Vector = before?.Vector ?? AppliedVector.Empty,
            Pruned = before?.Pruned ?? Ballot.Zero,
        };
}

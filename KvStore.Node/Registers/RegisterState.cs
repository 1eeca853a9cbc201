namespace KvStore.Node.Registers;

/// <summary>
/// What the replicas of a key agree on: value, tombstone or nothing, its expiry, its version and the history marks that let
/// a coordinator resolve an open attempt. Immutable; the value's bytes are never written to after construction.
/// </summary>
internal sealed class RegisterState
{
    /// <summary><see cref="ExpiresAt"/> of a state that does not expire.</summary>
    public const long Never = 0;

    public required RegisterKind Kind { get; init; }

    /// <summary>The value's bytes; empty unless <see cref="Kind"/> is <see cref="RegisterKind.Value"/>.</summary>
    public ReadOnlyMemory<byte> Value { get; init; }

    /// <summary>Unix time in milliseconds, or <see cref="Never"/>.</summary>
    public long ExpiresAt { get; init; }

    public StateVersion Version { get; init; }

    public AppliedVector Vector { get; init; }

    /// <summary>Whether a round at or below this ballot took effect can no longer be told from <see cref="Vector"/>.</summary>
    public Ballot Pruned { get; init; }

    public bool HasValue => Kind == RegisterKind.Value;

    public bool IsExpired(long now) => HasValue && ExpiresAt != Never && ExpiresAt <= now;
}

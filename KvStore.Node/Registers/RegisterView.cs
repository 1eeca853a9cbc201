namespace KvStore.Node.Registers;

/// <summary>What a reader who only answers it needs of a register, where it lies: nothing is copied. The default is "no record".</summary>
/// <param name="expiresAt">Unix milliseconds, or <see cref="RegisterState.Never"/>.</param>
/// <param name="value">Empty unless there is a value.</param>
internal readonly ref struct RegisterView(bool hasValue, StateVersion version, long expiresAt, ReadOnlySpan<byte> value)
{
    public bool HasValue { get; } = hasValue;

    public StateVersion Version { get; } = version;

    public ReadOnlySpan<byte> Value { get; } = value;

    public static RegisterView Of(RegisterState? state) =>
        state is null ? default : new RegisterView(state.HasValue, state.Version, state.ExpiresAt, state.Value.Span);

    /// <param name="now">Unix milliseconds.</param>
    public bool IsExpired(long now) => HasValue && expiresAt != RegisterState.Never && expiresAt <= now;
}

namespace KvStore.Node.Registers;

/// <summary>What a reader who only answers it needs of a register, where it lies: nothing is copied. The default is "no record".</summary>
/// <param name="value">Empty unless there is a value.</param>
internal readonly ref struct RegisterView(bool hasValue, long expiresAt, ReadOnlySpan<byte> value)
{
    public bool HasValue { get; } = hasValue;

    public ReadOnlySpan<byte> Value { get; } = value;

    public static RegisterView Of(RegisterState? state) =>
        state is { HasValue: true } ? new RegisterView(true, state.ExpiresAt, state.Value.Span) : default;

    /// <param name="now">Unix milliseconds.</param>
    public bool IsExpired(long now) => HasValue && expiresAt != RegisterState.Never && expiresAt <= now;
}

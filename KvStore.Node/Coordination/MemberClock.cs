namespace KvStore.Node.Coordination;

/// <summary>The member's two clocks: one that only goes forward, one that people set.</summary>
internal sealed class MemberClock(TimeProvider time)
{
    private readonly long _start = time.GetTimestamp();

    public TimeProvider Time { get; } = time;

    /// <summary>Monotonic milliseconds since the member started.</summary>
    public long Now => (long)Time.GetElapsedTime(_start).TotalMilliseconds;

    /// <summary>Unix milliseconds; may jump either way.</summary>
    public long Wall => Time.GetUtcNow().ToUnixTimeMilliseconds();
}

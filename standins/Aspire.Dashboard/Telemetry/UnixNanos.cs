namespace Aspire.Dashboard.Telemetry;

/// <summary>Times of the wire: nanoseconds since 1970, UTC.</summary>
public static class UnixNanos
{
    public const long PerTick = 100;
    public const long PerMillisecond = 1_000_000;
    public const long PerSecond = 1_000_000_000;

    /// <summary>The largest that a DateTimeOffset can hold, the year 9999 aside: 2262.</summary>
    public const long Max = long.MaxValue;

    public static long Of(DateTimeOffset time) => (time.UtcTicks - DateTimeOffset.UnixEpoch.UtcTicks) * PerTick;

    public static DateTimeOffset ToTime(long nanos) => DateTimeOffset.UnixEpoch.AddTicks(nanos / PerTick);

    /// <summary>What does not fit is the greatest that does.</summary>
    public static long Read(ulong nanos) => nanos > Max ? Max : (long)nanos;
}

namespace KvStore.ServiceDefaults.Telemetry;

/// <summary>At most so many a second on average, with a second's worth to spare for bursts: in any one second at most twice as many.</summary>
/// <remarks>
/// The state is one number, the moment at which everything taken so far would have been spread out evenly (the generic cell
/// rate algorithm). Taking moves it on by one compare-and-swap; a limit that is used up is only read, so a storm of refusals
/// does not make the cores fight over it.
/// </remarks>
internal sealed class RateLimit
{
    // Losing this often means that others are taking at that very moment; refusing one more keeps the loop bounded.
    private const int AttemptsMax = 16;

    private readonly TimeProvider _time;
    private readonly long _ticksEach;
    private readonly long _ticksAhead;
    private long _spreadUntil;

    internal RateLimit(int perSecondMax, TimeProvider time)
    {
        ArgumentOutOfRangeException.ThrowIfLessThan(perSecondMax, 1);
        ArgumentOutOfRangeException.ThrowIfGreaterThan(perSecondMax, time.TimestampFrequency);
        _time = time;
        _ticksEach = time.TimestampFrequency / perSecondMax;
        _ticksAhead = _ticksEach * perSecondMax;
        _spreadUntil = time.GetTimestamp();
    }

    internal bool HasRoom
    {
        get
        {
            var now = _time.GetTimestamp();
            return Next(Volatile.Read(ref _spreadUntil), now) - now <= _ticksAhead;
        }
    }

    internal bool TryTake()
    {
        var now = _time.GetTimestamp();
        var spreadUntil = Volatile.Read(ref _spreadUntil);
        for (var attempt = 0; attempt < AttemptsMax; attempt++)
        {
            var next = Next(spreadUntil, now);
            if (next - now > _ticksAhead)
            {
                return false;
            }

            var found = Interlocked.CompareExchange(ref _spreadUntil, next, spreadUntil);
            if (found == spreadUntil)
            {
                return true;
            }

            spreadUntil = found;
        }

        return false;
    }

    private long Next(long spreadUntil, long now) => Math.Max(spreadUntil, now) + _ticksEach;
}

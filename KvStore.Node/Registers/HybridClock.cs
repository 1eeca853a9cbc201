namespace KvStore.Node.Registers;

/// <summary>
/// Makes ballot counters: wall milliseconds in the upper 47 bits, a logical count in the lower 16 (a hybrid logical clock,
/// Kulkarni and others 2014). Every counter it gives is above every counter it gave or was shown. The wall part is clamped,
/// so that no clock, ours or a peer's, can use the counters up; correctness does not depend on what the clock says.
/// </summary>
internal sealed class HybridClock
{
    private const int LogicalBits = 16;

    /// <summary>The greatest wall part: 2^47 - 1 ms, about the year 6429.</summary>
    private const long WallMax = (1L << 47) - 1;

    /// <summary>Counters up to here are adopted from others; above, only the logical part is left to count with.</summary>
    public const long CounterMax = (WallMax << LogicalBits) | 0xFFFF;

    private long _last;

    /// <param name="above">Nothing at or below this counter is ever given: the member's Bound at start.</param>
    public HybridClock(long above) => _last = above;

    public long Last => _last;

    /// <param name="wallMilliseconds">Unix time of the wall clock; any value is safe.</param>
    public long Next(long wallMilliseconds)
    {
        long wall = Math.Clamp(wallMilliseconds, 0, WallMax) << LogicalBits;
        _last = Math.Max(_last + 1, wall);
        return _last;
    }

    /// <summary>Adopts a counter seen in a peer's ballot.</summary>
    public void Observe(long counter)
    {
        if (counter > _last && counter <= CounterMax)
        {
            _last = counter;
        }
    }

    /// <summary>The counter <paramref name="milliseconds"/> later than <paramref name="counter"/>, for raising the Bound ahead of use.</summary>
    public static long Ahead(long counter, int milliseconds) => Math.Min(long.MaxValue - 1, counter + ((long)milliseconds << LogicalBits));
}

namespace KvStore.Node.Registers;

/// <summary>
/// Makes ballot counters: wall milliseconds above a logical count of 15 bits (a hybrid logical clock, Kulkarni and others
/// 2014). Every counter it gives is above every counter it gave or was shown. The wall part is clamped to 47 bits, and a
/// counter has 63: so a clock that has gone wild, ours or a peer's, leaves half of all counters to count on with.
/// Correctness does not depend on what the clock says.
/// </summary>
internal sealed class HybridClock
{
    private const int LogicalBits = 15;

    /// <summary>The greatest wall part: 2^47 - 1 ms, about the year 6429.</summary>
    private const long WallMax = (1L << 47) - 1;

    /// <summary>
    /// The greatest counter there is. Counters of peers up to here are adopted, however far ahead; above, a message is
    /// malformed. No clock leads there: it takes 2^62 ballots, counted one by one.
    /// </summary>
    public const long CounterMax = long.MaxValue - (1L << 48);

    private long _last;

    /// <param name="above">Nothing at or below this counter is ever given: the member's Bound at start.</param>
    public HybridClock(long above) => _last = above;

    public long Last => _last;

    /// <param name="wallMilliseconds">Unix time of the wall clock; any value is safe.</param>
    public long Next(long wallMilliseconds)
    {
        long wall = Math.Clamp(wallMilliseconds, 0, WallMax) << LogicalBits;
        _last = Math.Max(_last + 1, wall);
        Invariant.Holds(_last <= CounterMax);
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

    /// <summary>The wall part of a counter, in milliseconds of Unix time.</summary>
    public static long WallOf(long counter) => counter >> LogicalBits;

    /// <summary>The counter <paramref name="milliseconds"/> later than <paramref name="counter"/>, for raising the Bound ahead of use.</summary>
    public static long Ahead(long counter, int milliseconds) => Math.Min(long.MaxValue - 1, counter + ((long)milliseconds << LogicalBits));
}

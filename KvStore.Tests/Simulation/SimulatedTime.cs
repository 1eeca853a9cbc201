namespace KvStore.Tests.Simulation;

/// <summary>
/// Time as one process sees it. The wall clock is its machine's, right or wrong; the monotonic clock and timers follow
/// virtual time whatever the wall clock does. Timers run as work of the process: not when it is dead, late when it is paused.
/// </summary>
internal sealed class SimulatedTime(SimulatedProcess process, SimulatedClock clock) : TimeProvider
{
    // Machines were not booted when the run began.
    private static readonly TimeSpan Uptime = TimeSpan.FromDays(1);

    public override TimeZoneInfo LocalTimeZone => TimeZoneInfo.Utc;

    public override long TimestampFrequency => TimeSpan.TicksPerSecond;

    public override DateTimeOffset GetUtcNow()
    {
        Look("wall");
        return clock.Now;
    }

    public override long GetTimestamp()
    {
        Look("monotonic");
        return (process.Scheduler.Now + Uptime).Ticks;
    }

    public override ITimer CreateTimer(TimerCallback callback, object? state, TimeSpan dueTime, TimeSpan period)
    {
        var timer = new SimulatedTimer(process, callback, state);
        timer.Change(dueTime, period);
        return timer;
    }

    private void Look(string which)
    {
        if (!process.Scheduler.IsHere)
        {
            process.Scheduler.Left($"A look at the {which} clock of {process.Name}");
        }
    }
}

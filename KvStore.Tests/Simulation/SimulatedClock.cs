namespace KvStore.Tests.Simulation;

/// <summary>
/// The wall clock of one machine, which outlives its processes: wrong by an offset, running fast or slow, put forward and
/// back, or standing still. Virtual time itself is never touched.
/// </summary>
internal sealed class SimulatedClock(SimulatedScheduler scheduler)
{
    /// <summary>The wall time of a right clock when a run begins.</summary>
    public static readonly DateTimeOffset Start = new(2030, 1, 1, 0, 0, 0, TimeSpan.Zero);

    private TimeSpan _since;
    private TimeSpan _shown;
    private long _driftPerMillion;
    private bool _frozen;

    /// <summary>What the machine believes.</summary>
    public DateTimeOffset Now => Start + Shown();

    /// <summary>How wrong it is.</summary>
    public TimeSpan Error => Shown() - scheduler.Now;

    /// <summary>Puts the clock forward, or back.</summary>
    public void Jump(TimeSpan by) => Change(() => _shown += by);

    /// <summary>Microseconds gained in a second; negative: lost.</summary>
    public void Drift(long perMillion) => Change(() => _driftPerMillion = perMillion);

    public void Freeze() => Change(() => _frozen = true);

    public void Unfreeze() => Change(() => _frozen = false);

    /// <summary>Right again, as after a step of NTP.</summary>
    public void Correct() => Change(() =>
    {
        (_driftPerMillion, _frozen) = (0, false);
        _shown = scheduler.Now;
    });

    private TimeSpan Shown()
    {
        var passed = scheduler.Now - _since;
        return _frozen ? _shown : _shown + passed + TimeSpan.FromTicks(passed.Ticks / 1000 * _driftPerMillion / 1000);
    }

    private void Change(Action change)
    {
        _shown = Shown();
        _since = scheduler.Now;
        change();
    }
}

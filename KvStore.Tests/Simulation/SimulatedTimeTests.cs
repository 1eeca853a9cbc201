using Xunit;

namespace KvStore.Tests.Simulation;

public sealed class SimulatedTimeTests : IDisposable
{
    private readonly SimulatedScheduler _scheduler = new(new SeededRandom(1));
    private readonly SimulatedClock _clock;
    private readonly SimulatedProcess _process;
    private readonly SimulatedTime _time;

    public SimulatedTimeTests()
    {
        _clock = new SimulatedClock(_scheduler);
        _process = _scheduler.NewProcess("n1");
        _time = new SimulatedTime(_process, _clock);
    }

    public void Dispose() => _scheduler.Dispose();

    [Fact]
    public void A_right_clock_shows_virtual_time()
    {
        _scheduler.RunFor(TimeSpan.FromMinutes(5));
        Assert.Equal(SimulatedClock.Start + TimeSpan.FromMinutes(5), _time.GetUtcNow());
        Assert.Equal(TimeSpan.Zero, _clock.Error);
    }

    [Fact]
    public void Jumps_drift_and_standing_still_move_the_wall_clock_only()
    {
        var start = _time.GetTimestamp();
        _clock.Jump(TimeSpan.FromHours(-2));
        _scheduler.RunFor(TimeSpan.FromSeconds(10));
        Assert.Equal(TimeSpan.FromHours(-2), _clock.Error);

        _clock.Drift(perMillion: 500);
        _scheduler.RunFor(TimeSpan.FromSeconds(100));
        Assert.Equal(TimeSpan.FromHours(-2) + TimeSpan.FromMilliseconds(50), _clock.Error);

        _clock.Freeze();
        var frozen = _time.GetUtcNow();
        _scheduler.RunFor(TimeSpan.FromSeconds(7));
        Assert.Equal(frozen, _time.GetUtcNow());
        _clock.Unfreeze();
        _clock.Drift(perMillion: -500);
        _scheduler.RunFor(TimeSpan.FromSeconds(100));
        Assert.Equal(TimeSpan.FromHours(-2) - TimeSpan.FromSeconds(7), _clock.Error);

        _clock.Jump(TimeSpan.FromDays(3));
        Assert.Equal(frozen + TimeSpan.FromDays(3) + TimeSpan.FromSeconds(100) - TimeSpan.FromMilliseconds(50), _time.GetUtcNow());
        _clock.Correct();
        Assert.Equal(TimeSpan.Zero, _clock.Error);
        Assert.Equal(TimeSpan.FromSeconds(217), _time.GetElapsedTime(start));
    }

    [Fact]
    public void Timers_do_not_mind_the_wall_clock()
    {
        var ticks = new List<TimeSpan>();
        using var timer = _time.CreateTimer(_ => ticks.Add(_scheduler.Now), null, TimeSpan.FromSeconds(1), TimeSpan.FromSeconds(1));
        _clock.Jump(TimeSpan.FromHours(1));
        _clock.Freeze();
        _scheduler.RunFor(TimeSpan.FromSeconds(3.5));
        Assert.Equal([1, 2, 3], ticks.Select(tick => (int)tick.TotalSeconds));
    }

    [Fact]
    public void A_timer_can_be_changed_and_stopped_also_when_it_is_due()
    {
        var ticks = 0;
        using var timer = _time.CreateTimer(_ => ticks++, null, TimeSpan.FromSeconds(1), Timeout.InfiniteTimeSpan);
        Assert.True(timer.Change(TimeSpan.FromSeconds(5), Timeout.InfiniteTimeSpan));
        _scheduler.RunFor(TimeSpan.FromSeconds(4));
        Assert.Equal(0, ticks);
        _scheduler.RunFor(TimeSpan.FromSeconds(2));
        Assert.Equal(1, ticks);

        // Due while the process is paused, stopped before it runs again.
        timer.Change(TimeSpan.Zero, Timeout.InfiniteTimeSpan);
        _process.Pause();
        _scheduler.RunFor(TimeSpan.FromSeconds(1));
        timer.Dispose();
        _process.Resume();
        _scheduler.RunFor(TimeSpan.FromSeconds(1));
        Assert.Equal(1, ticks);
        Assert.False(timer.Change(TimeSpan.Zero, Timeout.InfiniteTimeSpan));
    }

    [Fact]
    public void A_timer_carries_the_ambient_values_of_whoever_made_it()
    {
        var ambient = new AsyncLocal<string> { Value = "mine" };
        string? seen = null;
        using var timer = _time.CreateTimer(_ => seen = ambient.Value, null, TimeSpan.FromSeconds(1), Timeout.InfiniteTimeSpan);
        ambient.Value = "another";
        _scheduler.RunFor(TimeSpan.FromSeconds(2));
        Assert.Equal("mine", seen);
    }

    [Fact]
    public void Periodic_timers_tokens_and_timeouts_of_the_framework_run_on_it()
    {
        var log = new List<string>();
        _process.Run(async () =>
        {
            using var periodic = new PeriodicTimer(TimeSpan.FromSeconds(1), _time);
            while (log.Count < 2 && await periodic.WaitForNextTickAsync(CancellationToken.None))
            {
                log.Add($"tick {(int)_scheduler.Now.TotalSeconds}");
            }

            using var source = new CancellationTokenSource(TimeSpan.FromSeconds(1), _time);
            await Assert.ThrowsAnyAsync<OperationCanceledException>(() => Task.Delay(TimeSpan.FromDays(1), _time, source.Token));
            log.Add($"cancelled {(int)_scheduler.Now.TotalSeconds}");
            await Assert.ThrowsAsync<TimeoutException>(
                () => new TaskCompletionSource().Task.WaitAsync(TimeSpan.FromSeconds(1), _time, CancellationToken.None));
            log.Add($"timed out {(int)_scheduler.Now.TotalSeconds}");
        });
        _scheduler.RunFor(TimeSpan.FromSeconds(10));
        Assert.Equal(["tick 1", "tick 2", "cancelled 3", "timed out 4"], log);
        _scheduler.Finish();
    }
}

using Xunit;

namespace KvStore.Tests.Peers;

/// <summary>
/// Time that passes when a test says so. Timers run on the thread that says it, in the order they are due and, among those
/// due together, in which they were set.
/// </summary>
internal sealed class ManualTime : TimeProvider
{
    private readonly Lock _lock = new();
    private readonly PriorityQueue<(ManualTimer Timer, long Setting), (long Due, long Setting)> _due = new();
    private long _settings;
    private long _now = new DateTimeOffset(2030, 1, 1, 0, 0, 0, TimeSpan.Zero).Ticks;

    public override long TimestampFrequency => TimeSpan.TicksPerSecond;

    public override DateTimeOffset GetUtcNow() => new(_now, TimeSpan.Zero);

    public override long GetTimestamp() => _now;

    public override ITimer CreateTimer(TimerCallback callback, object? state, TimeSpan dueTime, TimeSpan period)
    {
        ManualTimer timer = new(this, callback, state);
        timer.Change(dueTime, period);
        return timer;
    }

    /// <summary>Lets time pass; every timer runs when it is due.</summary>
    public void Advance(TimeSpan by)
    {
        long until = _now + by.Ticks;
        while (Next(until) is (var timer, var due))
        {
            _now = Math.Max(_now, due);
            timer.Run();
        }

        _now = until;
    }

    /// <summary>Lets time pass as for a paused process: what was due meanwhile runs late, and once.</summary>
    public void Jump(TimeSpan by)
    {
        _now += by.Ticks;
        List<ManualTimer> late = [];
        while (Next(_now) is (var timer, _))
        {
            late.Add(timer);
        }

        late.ForEach(timer => timer.Run());
    }

    private (ManualTimer Timer, long Due)? Next(long until)
    {
        lock (_lock)
        {
            while (_due.TryPeek(out (ManualTimer Timer, long Setting) next, out (long Due, long) at) && at.Due <= until)
            {
                _due.Dequeue();
                if (next.Timer.Setting == next.Setting)
                {
                    return (next.Timer, at.Due);
                }
            }

            return null;
        }
    }

    private sealed class ManualTimer(ManualTime time, TimerCallback callback, object? state) : ITimer
    {
        public long Setting { get; private set; }

        public void Run() => callback(state);

        public bool Change(TimeSpan dueTime, TimeSpan period)
        {
            Assert.Equal(Timeout.InfiniteTimeSpan, period);
            lock (time._lock)
            {
                Setting = ++time._settings;
                if (dueTime != Timeout.InfiniteTimeSpan)
                {
                    time._due.Enqueue((this, Setting), (time._now + dueTime.Ticks, Setting));
                }

                return true;
            }
        }

        public void Dispose() => Change(Timeout.InfiniteTimeSpan, Timeout.InfiniteTimeSpan);

        public ValueTask DisposeAsync()
        {
            Change(Timeout.InfiniteTimeSpan, Timeout.InfiniteTimeSpan);
            return ValueTask.CompletedTask;
        }
    }
}

namespace KvStore.Tests.ServiceDefaults;

/// <summary>A clock that moves when told. Timers fire on the thread that moves it, in the order they are due, and so does what they resume.</summary>
internal sealed class ManualTime : TimeProvider
{
    private readonly Lock _lock = new();
    private readonly List<ManualTimer> _timers = [];
    private TimeSpan _elapsed;

    public TimeSpan Elapsed
    {
        get
        {
            lock (_lock)
            {
                return _elapsed;
            }
        }
    }

    public override long TimestampFrequency => TimeSpan.TicksPerSecond;

    public override long GetTimestamp() => Elapsed.Ticks;

    public override DateTimeOffset GetUtcNow() => DateTimeOffset.UnixEpoch + Elapsed;

    public override ITimer CreateTimer(TimerCallback callback, object? state, TimeSpan dueTime, TimeSpan period)
    {
        var timer = new ManualTimer(this, () => callback(state));
        timer.Change(dueTime, period);
        return timer;
    }

    public void Advance(TimeSpan by)
    {
        var until = Elapsed + by;
        while (FireNext(until))
        {
        }

        lock (_lock)
        {
            _elapsed = until;
        }
    }

    /// <summary>Moves to the moment the next timer is due and fires it; false when none is.</summary>
    public bool FireNext() => FireNext(TimeSpan.MaxValue);

    private bool FireNext(TimeSpan until)
    {
        Action fire;
        lock (_lock)
        {
            var next = _timers.Where(timer => timer.Due <= until).MinBy(timer => timer.Due);
            if (next is null)
            {
                return false;
            }

            _elapsed = next.Due!.Value;
            next.Due = next.Period == Timeout.InfiniteTimeSpan ? null : next.Due + next.Period;
            fire = next.Fire;
        }

        // Without a context here, what waits for the timer resumes on this thread before the clock moves on.
        var context = SynchronizationContext.Current;
        SynchronizationContext.SetSynchronizationContext(null);
        try
        {
            fire();
        }
        finally
        {
            SynchronizationContext.SetSynchronizationContext(context);
        }

        return true;
    }

    private sealed class ManualTimer : ITimer
    {
        private readonly ManualTime _time;

        public ManualTimer(ManualTime time, Action fire)
        {
            _time = time;
            Fire = fire;
            lock (time._lock)
            {
                time._timers.Add(this);
            }
        }

        public Action Fire { get; }

        public TimeSpan? Due { get; set; }

        public TimeSpan Period { get; private set; }

        public bool Change(TimeSpan dueTime, TimeSpan period)
        {
            lock (_time._lock)
            {
                Due = dueTime == Timeout.InfiniteTimeSpan ? null : _time._elapsed + dueTime;
                Period = period == TimeSpan.Zero ? Timeout.InfiniteTimeSpan : period;
                return true;
            }
        }

        public void Dispose() => Remove();

        public ValueTask DisposeAsync()
        {
            Remove();
            return ValueTask.CompletedTask;
        }

        private void Remove()
        {
            lock (_time._lock)
            {
                _time._timers.Remove(this);
            }
        }
    }
}

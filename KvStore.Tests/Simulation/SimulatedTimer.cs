namespace KvStore.Tests.Simulation;

/// <summary>A timer in virtual time. Like a real one it does not catch up: one tick that came late stands for all that were missed.</summary>
internal sealed class SimulatedTimer(SimulatedProcess process, TimerCallback callback, object? state) : ITimer
{
    private readonly ExecutionContext? _context = ExecutionContext.Capture();
    private TimeSpan _period = Timeout.InfiniteTimeSpan;
    private int _arming;
    private bool _disposed;

    public bool Change(TimeSpan dueTime, TimeSpan period)
    {
        if (!process.Scheduler.IsHere)
        {
            process.Scheduler.Left($"A timer of {process.Name}");
            return false;
        }

        if (_disposed)
        {
            return false;
        }

        _period = period;
        _arming++;
        if (dueTime != Timeout.InfiniteTimeSpan)
        {
            Arm(dueTime);
        }

        return true;
    }

    public void Dispose() => Stop();

    public ValueTask DisposeAsync()
    {
        Stop();
        return ValueTask.CompletedTask;
    }

    private void Stop()
    {
        _disposed = true;
        _arming++;
    }

    private void Arm(TimeSpan due)
    {
        var arming = _arming;
        process.EnqueueAfter(due, WorkKind.Timer, _ => Fire(arming), null);
    }

    private void Fire(int arming)
    {
        if (arming != _arming)
        {
            return;
        }

        if (_period != Timeout.InfiniteTimeSpan && _period != TimeSpan.Zero)
        {
            Arm(_period);
        }

        if (_context is null)
        {
            callback(state);
        }
        else
        {
            ExecutionContext.Run(_context, _ => callback(state), null);
        }
    }
}

namespace KvStore.Node;

/// <summary>How far the store's log is on disk, to be waited for. Any thread.</summary>
internal sealed class DurableMark
{
    private readonly Lock _lock = new();
    private readonly List<(long Lsn, TaskCompletionSource Reached)> _waiting = [];
    private long _lsn;

    /// <summary>The log is on disk up to here.</summary>
    public long Lsn
    {
        get
        {
            lock (_lock)
            {
                return _lsn;
            }
        }
    }

    /// <summary>Told by the store.</summary>
    public void Reach(long lsn)
    {
        TaskCompletionSource[] reached;
        lock (_lock)
        {
            _lsn = Math.Max(_lsn, lsn);
            if (_waiting.Count == 0)
            {
                return;
            }

            reached = [.. _waiting.Where(waiting => waiting.Lsn <= lsn).Select(waiting => waiting.Reached)];
            _waiting.RemoveAll(waiting => waiting.Lsn <= lsn);
        }

        foreach (TaskCompletionSource source in reached)
        {
            source.TrySetResult();
        }
    }

    /// <summary>Ends when the log is on disk up to a number; never, if it fails before.</summary>
    public Task Reached(long lsn)
    {
        TaskCompletionSource reached = new(TaskCreationOptions.RunContinuationsAsynchronously);
        lock (_lock)
        {
            if (lsn <= _lsn)
            {
                return Task.CompletedTask;
            }

            _waiting.Add((lsn, reached));
        }

        return reached.Task;
    }
}

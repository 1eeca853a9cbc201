namespace KvStore.Node.Storage.Faster;

/// <summary>Has slots counted again when a lane finds one unknown: one recount at a time, off the lanes.</summary>
internal sealed class RecountTurn(DataLogRecount recount, StoreCounts counts, CancellationToken closing)
{
    private readonly Lock _gate = new();
    private Task _running = Task.CompletedTask;
    private bool _wanted;

    /// <summary>Any thread; returns at once.</summary>
    public void Want()
    {
        lock (_gate)
        {
            bool isRunning = _wanted;
            _wanted = true;
            if (!isRunning && !closing.IsCancellationRequested)
            {
                _running = Task.Run(RunAsync, CancellationToken.None);
            }
        }
    }

    /// <summary>Call when the store is closing: returns when nothing runs any more.</summary>
    public Task StopAsync()
    {
        lock (_gate)
        {
            return _running;
        }
    }

    private async Task RunAsync()
    {
        try
        {
            do
            {
                await recount.RunAsync(closing);
            }
            while (!TryRest());
        }
        catch (Exception exception) when (exception is IOException or OperationCanceledException)
        {
            // The store has failed or is closing: digests that are unknown stay so until it is opened again.
        }
    }

    /// <summary>Under the lock, so that a slot found unknown meanwhile is counted by this turn or begins the next.</summary>
    private bool TryRest()
    {
        lock (_gate)
        {
            _wanted = counts.UnknownSlots().Any();
            return !_wanted;
        }
    }
}

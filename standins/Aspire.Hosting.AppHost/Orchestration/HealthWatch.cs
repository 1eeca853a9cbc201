using Aspire.Hosting.ApplicationModel;

namespace Aspire.Hosting.Orchestration;

/// <summary>
/// What the health loop keeps of a resource while any of its processes runs: which of them do, and whether somebody has been told that the
/// resource is ready. A resource is checked as one, for its processes share the endpoints.
/// </summary>
internal sealed class HealthWatch(IResource resource) : IDisposable
{
    private readonly Lock _sync = new();
    private readonly HashSet<string> _running = new(StringComparer.Ordinal);
    private readonly SemaphoreSlim _joined = new(0);

    public IResource Resource => resource;

    public CancellationTokenSource Cancellation { get; } = new();

    /// <summary>Everybody who subscribed to the readiness has been heard, or is being; null while the resource has not been healthy.</summary>
    public Task? Ready { get; set; }

    public IReadOnlyList<string> Running
    {
        get
        {
            lock (_sync)
            {
                return [.. _running];
            }
        }
    }

    /// <summary>A process runs now. It is checked at once.</summary>
    public void Join(string resourceId)
    {
        lock (_sync)
        {
            if (_running.Add(resourceId))
            {
                _joined.Release();
            }
        }
    }

    /// <returns>False if no process runs any more.</returns>
    public bool Leave(string resourceId)
    {
        lock (_sync)
        {
            _running.Remove(resourceId);
            return _running.Count > 0;
        }
    }

    /// <summary>Waits for the time of the next check, or for a process to join.</summary>
    public Task WaitAsync(TimeSpan time) => _joined.WaitAsync(time, Cancellation.Token);

    public void Dispose()
    {
        Cancellation.Dispose();
        _joined.Dispose();
    }
}

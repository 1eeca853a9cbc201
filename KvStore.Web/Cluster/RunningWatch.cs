namespace KvStore.Web.Cluster;

/// <summary>A watch of a node that runs until it is disposed of, or all of them stop.</summary>
internal sealed class RunningWatch : IDisposable
{
    private readonly CancellationTokenSource _leaving;
    private readonly NodeWatch _watch;

    /// <param name="isConfigured">Whether somebody wants it watched, member or not.</param>
    /// <param name="changed">See <see cref="NodeWatch"/>.</param>
    public RunningWatch(NodeAddress node, bool isConfigured, TimeProvider time, Action changed, CancellationToken stoppingToken)
    {
        IsConfigured = isConfigured;
        _leaving = CancellationTokenSource.CreateLinkedTokenSource(stoppingToken);
        _watch = new NodeWatch(node, time, changed);
        Completion = _watch.RunAsync(_leaving.Token);
    }

    public bool IsConfigured { get; }

    public NodeReport Report => _watch.Report;

    public Task Completion { get; }

    public void Dispose()
    {
        _leaving.Cancel();
        _ = EndAsync();
    }

    // Its requests end first: a client that was disposed of under them would fail them in other words.
    private async Task EndAsync()
    {
        await Completion.ConfigureAwait(ConfigureAwaitOptions.SuppressThrowing);
        _watch.Dispose();
        _leaving.Dispose();
    }
}

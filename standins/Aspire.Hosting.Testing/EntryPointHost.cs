using Microsoft.Extensions.DependencyInjection;
using Microsoft.Extensions.Hosting;

namespace Aspire.Hosting.Testing;

/// <summary>
/// The host of the application as the AppHost's entry point sees it: to start it is to wait until the test has started it, to run it is to
/// wait until the test has stopped it, and to dispose of it is nothing, for it is the test's.
/// </summary>
internal sealed class EntryPointHost : IHost
{
    private readonly DistributedApplication _application;
    private readonly TaskCompletionSource _started = new(TaskCreationOptions.RunContinuationsAsynchronously);

    public EntryPointHost(DistributedApplication application)
    {
        _application = application;
        Services = application.Services;
        Services.GetRequiredService<IHostApplicationLifetime>().ApplicationStarted.Register(() => _started.TrySetResult());
    }

    public IServiceProvider Services { get; }

    public Task StartAsync(CancellationToken cancellationToken = default) => _started.Task.WaitAsync(cancellationToken);

    public Task StopAsync(CancellationToken cancellationToken = default) => _application.StopAsync(cancellationToken);

    public void Dispose() { }

    /// <summary>The application is gone. An entry point that still waits for its start ends.</summary>
    public void End() => _started.TrySetCanceled();
}

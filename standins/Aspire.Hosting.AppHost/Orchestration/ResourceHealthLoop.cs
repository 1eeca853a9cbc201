using System.Collections.Immutable;
using Aspire.Hosting.ApplicationModel;
using Aspire.Hosting.Eventing;
using Microsoft.Extensions.Diagnostics.HealthChecks;
using Microsoft.Extensions.Hosting;
using Microsoft.Extensions.Logging;

namespace Aspire.Hosting.Orchestration;

/// <summary>
/// Checks the health of every running resource: at once, then after 1, 2, ... 5 s until it is healthy, then every 30 s.
/// The first time it is healthy it is ready, and its subscribers are told; a resource without checks is ready when it runs. Replicas share their
/// checks and are told about once.
/// </summary>
internal sealed class ResourceHealthLoop(
    ResourceNotificationService notifications,
    HealthCheckService checks,
    IDistributedApplicationEventing eventing,
    IServiceProvider services,
    ILogger<ResourceHealthLoop> logger
) : IHostedService, IDisposable
{
    private const int UnhealthySecondsMax = 5;
    private static readonly TimeSpan HealthyInterval = TimeSpan.FromSeconds(30);

    private readonly Lock _sync = new();
    private readonly Dictionary<IResource, HealthWatch> _watches = [];
    private IDisposable? _subscription;

    public Task StartAsync(CancellationToken cancellationToken)
    {
        _subscription = notifications.Subscribe(Follow);
        return Task.CompletedTask;
    }

    public Task StopAsync(CancellationToken cancellationToken)
    {
        Dispose();
        return Task.CompletedTask;
    }

    public void Dispose()
    {
        _subscription?.Dispose();
        List<HealthWatch> watches;
        lock (_sync)
        {
            watches = [.. _watches.Values];
            _watches.Clear();
        }
        watches.ForEach(Cancel);
    }

    private void Follow(ResourceEvent change)
    {
        var runs = change.Snapshot.State?.Text == KnownResourceStates.Running;
        lock (_sync)
        {
            if (_watches.TryGetValue(change.Resource, out var watch))
            {
                if (runs)
                {
                    watch.Join(change.ResourceId);
                }
                else if (!watch.Leave(change.ResourceId))
                {
                    _watches.Remove(change.Resource);
                    Cancel(watch);
                }
            }
            else if (runs)
            {
                watch = new HealthWatch(change.Resource);
                watch.Join(change.ResourceId);
                _watches[change.Resource] = watch;
                _ = Task.Run(() => CheckAsync(watch), CancellationToken.None);
            }
        }
    }

    /// <summary>Not within the caller, who may be publishing a state: what goes on after a cancellation publishes as well.</summary>
    private static void Cancel(HealthWatch watch) => _ = watch.Cancellation.CancelAsync();

    private async Task CheckAsync(HealthWatch watch)
    {
        var cancellationToken = watch.Cancellation.Token;
        var keys = watch.Resource.Annotations.OfType<HealthCheckAnnotation>().Select(annotation => annotation.Key).ToHashSet(StringComparer.Ordinal);
        var failures = 0;
        try
        {
            var interval = TimeSpan.Zero;
            while (true)
            {
                await watch.WaitAsync(interval);
                var reports = await ReportAsync(keys, cancellationToken);
                await PublishAsync(watch, snapshot => snapshot.WithHealthReports(reports));
                var isHealthy = reports.All(report => report.Status == HealthStatus.Healthy);
                if (isHealthy)
                {
                    watch.Ready ??= await TellReadyAsync(watch.Resource, cancellationToken);
                }
                if (watch.Ready is { } ready)
                {
                    await PublishAsync(watch, snapshot => snapshot with { Ready = snapshot.Ready ?? ready });
                }
                failures = isHealthy ? 0 : Math.Min(failures + 1, UnhealthySecondsMax);
                interval =
                    keys.Count == 0 ? Timeout.InfiniteTimeSpan
                    : isHealthy ? HealthyInterval
                    : TimeSpan.FromSeconds(failures);
            }
        }
        catch (OperationCanceledException)
        {
            // It runs no more, and who cancelled has let go of the watch.
            watch.Dispose();
        }
    }

    /// <summary>Changes the states of the processes that run, and of no other.</summary>
    private async Task PublishAsync(HealthWatch watch, Func<CustomResourceSnapshot, CustomResourceSnapshot> change)
    {
        foreach (var id in watch.Running)
        {
            await notifications.PublishUpdateAsync(
                watch.Resource,
                id,
                snapshot =>
                    watch.Cancellation.IsCancellationRequested || snapshot.State?.Text != KnownResourceStates.Running ? snapshot : change(snapshot)
            );
        }
    }

    private async Task<ImmutableArray<HealthReportSnapshot>> ReportAsync(HashSet<string> keys, CancellationToken cancellationToken)
    {
        if (keys.Count == 0)
        {
            return [];
        }
        var report = await checks.CheckHealthAsync(registration => keys.Contains(registration.Name), cancellationToken);
        var now = DateTime.UtcNow;
        return
        [
            .. keys.Select(key =>
                report.Entries.TryGetValue(key, out var entry)
                    ? new HealthReportSnapshot(key, entry.Status, entry.Description, entry.Exception?.ToString()) { LastRunAt = now }
                    : new HealthReportSnapshot(key, HealthStatus.Unhealthy, $"No health check is registered as '{key}'.", null) { LastRunAt = now }
            ),
        ];
    }

    private async Task<Task> TellReadyAsync(IResource resource, CancellationToken cancellationToken)
    {
        var told = eventing.PublishAsync(new ResourceReadyEvent(resource, services), cancellationToken);
        try
        {
            await told;
        }
        catch (Exception e) when (e is not OperationCanceledException)
        {
            // Who waits for the resource gets this very failure.
            logger.LogError(e, "A subscriber to the readiness of {Resource} failed.", resource.Name);
        }
        return told;
    }
}

using System.Collections.Immutable;
using Aspire.Hosting.ApplicationModel;
using Aspire.Hosting.Eventing;
using Microsoft.Extensions.Diagnostics.HealthChecks;
using Microsoft.Extensions.Hosting;
using Microsoft.Extensions.Logging;

namespace Aspire.Hosting.Orchestration;

/// <summary>
/// Checks the health of every running resource: at once, then after 1, 2, ... 5 s until it is healthy, then every 30 s.
/// The first time it is healthy it is ready, and its subscribers are told; a resource without checks is ready when it runs.
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
    private readonly Dictionary<string, CancellationTokenSource> _running = new(StringComparer.OrdinalIgnoreCase);
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
        List<CancellationTokenSource> running;
        lock (_sync)
        {
            running = [.. _running.Values];
            _running.Clear();
        }
        running.ForEach(Cancel);
    }

    private void Follow(ResourceEvent change)
    {
        var runs = change.Snapshot.State?.Text == KnownResourceStates.Running;
        lock (_sync)
        {
            if (runs && !_running.ContainsKey(change.ResourceId))
            {
                var cancellation = new CancellationTokenSource();
                _running[change.ResourceId] = cancellation;
                _ = Task.Run(() => CheckAsync(change.Resource, change.ResourceId, cancellation.Token), CancellationToken.None);
            }
            else if (!runs && _running.Remove(change.ResourceId, out var cancellation))
            {
                Cancel(cancellation);
            }
        }
    }

    /// <summary>Not within the caller, who may be publishing a state: what goes on after a cancellation publishes as well.</summary>
    private static void Cancel(CancellationTokenSource cancellation) => _ = cancellation.CancelAsync();

    private async Task CheckAsync(IResource resource, string resourceId, CancellationToken cancellationToken)
    {
        var keys = resource.Annotations.OfType<HealthCheckAnnotation>().Select(annotation => annotation.Key).ToHashSet(StringComparer.Ordinal);
        var isReady = false;
        var failures = 0;
        try
        {
            while (!cancellationToken.IsCancellationRequested)
            {
                var reports = await ReportAsync(keys, cancellationToken);
                await notifications.PublishUpdateAsync(resource, resourceId, snapshot => IsOver() ? snapshot : snapshot.WithHealthReports(reports));
                var isHealthy = reports.All(report => report.Status == HealthStatus.Healthy);
                if (isHealthy && !isReady)
                {
                    isReady = true;
                    await TellReadyAsync(resource, resourceId, cancellationToken);
                }
                if (keys.Count == 0)
                {
                    return;
                }
                failures = isHealthy ? 0 : Math.Min(failures + 1, UnhealthySecondsMax);
                await Task.Delay(isHealthy ? HealthyInterval : TimeSpan.FromSeconds(failures), cancellationToken);
            }
        }
        catch (OperationCanceledException)
        {
            // It runs no more.
        }

        bool IsOver() => cancellationToken.IsCancellationRequested;
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

    private async Task TellReadyAsync(IResource resource, string resourceId, CancellationToken cancellationToken)
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
        await notifications.PublishUpdateAsync(
            resource,
            resourceId,
            snapshot => cancellationToken.IsCancellationRequested ? snapshot : snapshot with { Ready = told }
        );
    }
}

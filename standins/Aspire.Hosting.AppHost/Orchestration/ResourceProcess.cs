using Aspire.Hosting.ApplicationModel;
using Aspire.Hosting.Eventing;
using Aspire.Hosting.Proxies;
using Microsoft.Extensions.Logging;

namespace Aspire.Hosting.Orchestration;

/// <summary>
/// One process of a resource: starts it when what it waits for is there, publishes its states, and can be told to stop and start again.
///
/// States: Starting, Waiting if it waits, Running; then Finished (stopped, or exit code 0), Exited (any other end) or FailedToStart.
/// Whatever ends the process, it can be started again.
/// </summary>
internal sealed class ResourceProcess(
    IResource resource,
    ResourceInstance instance,
    LaunchPlanner planner,
    EndpointProxies proxies,
    ChildStates children,
    ResourceNotificationService notifications,
    ResourceLoggerService loggers,
    IDistributedApplicationEventing eventing,
    IServiceProvider services
) : IAsyncDisposable
{
    private static readonly TimeSpan StopTime = TimeSpan.FromSeconds(6);

    private readonly ILogger _logger = loggers.GetLogger(resource, instance.Id);
    private readonly SemaphoreSlim _commands = new(1, 1);
    private readonly CancellationTokenSource _closing = new();

    private CancellationTokenSource? _startCancellation;
    private Task _start = Task.CompletedTask;
    private ChildProcess? _process;
    private Task _end = Task.CompletedTask;
    private volatile bool _isStopping;

    public IResource Resource => resource;

    public ResourceInstance Instance => instance;

    /// <summary>Starts the process and returns when it runs. Does nothing if it runs already; joins a start under way.</summary>
    /// <returns>Why it does not run, or null.</returns>
    public async Task<string?> StartAsync(CancellationToken cancellationToken)
    {
        Task start;
        await _commands.WaitAsync(cancellationToken);
        try
        {
            if (_start.IsCompleted && _process is { HasExited: false })
            {
                return null;
            }
            if (_start.IsCompleted)
            {
                // The end of the last process is published before the next one begins.
                await _end;
                _startCancellation?.Dispose();
                _startCancellation = CancellationTokenSource.CreateLinkedTokenSource(_closing.Token);
                _start = RunStartAsync(_startCancellation.Token);
            }
            start = _start;
        }
        finally
        {
            _commands.Release();
        }

        try
        {
            await start.WaitAsync(cancellationToken);
            return null;
        }
        catch (DistributedApplicationException e)
        {
            return e.Message;
        }
        catch (OperationCanceledException) when (!cancellationToken.IsCancellationRequested)
        {
            return $"'{resource.Name}' was stopped before it ran.";
        }
    }

    /// <summary>Stops the process, or gives up starting it, and returns when it has ended.</summary>
    public async Task StopAsync(CancellationToken cancellationToken)
    {
        await _commands.WaitAsync(cancellationToken);
        try
        {
            if (_startCancellation is { } starting)
            {
                await starting.CancelAsync();
            }
            await Task.WhenAny(_start);
            if (_process is { HasExited: false } process)
            {
                _isStopping = true;
                await PublishAsync(snapshot => snapshot with { State = KnownResourceStates.Stopping });
                await process.StopAsync(StopTime);
            }
            await _end;
        }
        finally
        {
            _commands.Release();
        }
    }

    public async ValueTask DisposeAsync()
    {
        await _closing.CancelAsync();
        await StopAsync(CancellationToken.None);
        _process?.Dispose();
        _startCancellation?.Dispose();
        _closing.Dispose();
        _commands.Dispose();
    }

    private async Task PublishAsync(Func<CustomResourceSnapshot, CustomResourceSnapshot> change)
    {
        await notifications.PublishUpdateAsync(resource, instance.Id, change);
        await children.FollowAsync(resource, instance.Id);
    }

    private async Task RunStartAsync(CancellationToken cancellationToken)
    {
        await PublishAsync(snapshot =>
            snapshot with
            {
                State = KnownResourceStates.Starting,
                ExitCode = null,
                StartTimeStamp = null,
                StopTimeStamp = null,
                HealthReports = InitialSnapshots.UnknownHealth(resource),
                Ready = null,
            }
        );
        try
        {
            await notifications.WaitForDependenciesAsync(resource, instance.Id, cancellationToken);
            await PublishAsync(snapshot => snapshot with { State = KnownResourceStates.Starting });
            await eventing.PublishAsync(new BeforeResourceStartedEvent(resource, services), cancellationToken);
            await LaunchAsync(cancellationToken);
        }
        catch (OperationCanceledException)
        {
            await PublishAsync(snapshot => snapshot with { State = KnownResourceStates.NotStarted });
            throw;
        }
        catch (Exception e)
        {
            // A callback of the AppHost may throw anything; the resource has failed, the others go on.
            _logger.LogError("{Reason}", e is DistributedApplicationException ? e.Message : e.ToString());
            await PublishAsync(snapshot => snapshot with { State = KnownResourceStates.FailedToStart, StopTimeStamp = DateTime.UtcNow });
            throw e as DistributedApplicationException ?? new DistributedApplicationException($"'{resource.Name}' failed to start: {e.Message}", e);
        }
    }

    private async Task LaunchAsync(CancellationToken cancellationToken)
    {
        if (EndpointAllocation.Conflicts(resource, instance.Index).ToList() is { Count: > 0 } conflicts)
        {
            throw new DistributedApplicationException(string.Join(Environment.NewLine, conflicts));
        }
        var plan = await planner.PlanAsync(resource, instance, cancellationToken);
        cancellationToken.ThrowIfCancellationRequested();

        _process?.Dispose();
        _isStopping = false;
        var process = ChildProcess.Start(plan, (text, isError) => loggers.Add(resource, instance.Id, text, isError));
        _process = process;
        proxies.Add(resource, instance.Index);
        await PublishAsync(snapshot =>
            snapshot with
            {
                State = new ResourceStateSnapshot(KnownResourceStates.Running, KnownResourceStateStyles.Success),
                StartTimeStamp = DateTime.UtcNow,
                Properties = ResourceProperties.Of(resource, plan, process.Id),
                EnvironmentVariables =
                [
                    .. plan.Environment.Select(variable => new EnvironmentVariableSnapshot(
                        variable.Key,
                        variable.Value,
                        plan.OwnVariables.Contains(variable.Key)
                    )),
                ],
                Urls = [.. snapshot.Urls.Select(url => url with { IsInactive = false })],
            }
        );
        _end = PublishEndAsync(process);
    }

    private async Task PublishEndAsync(ChildProcess process)
    {
        var exitCode = await process.Exited;
        proxies.Remove(resource, instance.Index);
        var isExpected = _isStopping || exitCode == 0;
        if (!isExpected)
        {
            _logger.LogError("The process {ProcessId} ended with exit code {ExitCode}.", process.Id, exitCode);
        }
        await PublishAsync(snapshot =>
            snapshot with
            {
                State = isExpected
                    ? KnownResourceStates.Finished
                    : new ResourceStateSnapshot(KnownResourceStates.Exited, KnownResourceStateStyles.Error),
                ExitCode = exitCode,
                StopTimeStamp = DateTime.UtcNow,
                Ready = null,
                Urls = [.. snapshot.Urls.Select(url => url with { IsInactive = true })],
            }
        );
        if (notifications.TryGetCurrentState(instance.Id, out var ended))
        {
            await eventing.PublishAsync(
                new ResourceStoppedEvent(resource, services, ended),
                EventDispatchBehavior.NonBlockingSequential,
                _closing.Token
            );
        }
    }
}

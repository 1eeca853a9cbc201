using System.Collections.Immutable;
using System.Diagnostics.CodeAnalysis;
using System.Runtime.CompilerServices;
using System.Threading.Channels;
using Aspire.Hosting.Orchestration;
using Microsoft.Extensions.DependencyInjection;
using Microsoft.Extensions.Hosting;
using Microsoft.Extensions.Logging;
using Microsoft.Extensions.Options;

namespace Aspire.Hosting.ApplicationModel;

/// <summary>
/// The published states of all resources: who changes one says so here, who waits for one waits here.
/// States change one at a time, in the order they were published; watchers see every change or, when far behind, the newest ones.
/// </summary>
public class ResourceNotificationService : IDisposable
{
    private const int UnseenEventsMax = 4096;

    private readonly Lock _sync = new();
    private readonly Dictionary<string, ResourceEvent> _states = new(StringComparer.OrdinalIgnoreCase);
    private readonly ILogger<ResourceNotificationService> _logger;
    private readonly IServiceProvider _services;
    private readonly CancellationTokenSource _disposing = new();
    private readonly CancellationToken _disposed;
    private readonly CancellationToken _applicationStopping;
    private ImmutableArray<Action<ResourceEvent>> _subscribers = [];

    public ResourceNotificationService(
        ILogger<ResourceNotificationService> logger,
        IHostApplicationLifetime hostApplicationLifetime,
        IServiceProvider serviceProvider,
        ResourceLoggerService resourceLoggerService
    )
    {
        ArgumentNullException.ThrowIfNull(resourceLoggerService);
        _logger = logger;
        _services = serviceProvider;
        _disposed = _disposing.Token;
        _applicationStopping = hostApplicationLifetime.ApplicationStopping;
    }

    private WaitBehavior DefaultWaitBehavior => _services.GetRequiredService<IOptions<ResourceNotificationServiceOptions>>().Value.DefaultWaitBehavior;

    /// <summary>Waits until the resource has been in the state, now or later. A state of null is Running.</summary>
    public Task WaitForResourceAsync(string resourceName, string? targetState = null, CancellationToken cancellationToken = default) =>
        WaitForResourceAsync(resourceName, [targetState ?? KnownResourceStates.Running], cancellationToken);

    public async Task<string> WaitForResourceAsync(
        string resourceName,
        IEnumerable<string> targetStates,
        CancellationToken cancellationToken = default
    )
    {
        var wanted = targetStates.ToHashSet(StringComparer.OrdinalIgnoreCase);
        var found = await WaitForResourceAsync(
            resourceName,
            change => change.Snapshot.State is { } state && wanted.Contains(state.Text),
            cancellationToken
        );
        return found.Snapshot.State!.Text;
    }

    public async Task<ResourceEvent> WaitForResourceAsync(
        string resourceName,
        Func<ResourceEvent, bool> predicate,
        CancellationToken cancellationToken = default
    )
    {
        ArgumentNullException.ThrowIfNull(resourceName);
        ArgumentNullException.ThrowIfNull(predicate);
        var found = new TaskCompletionSource<ResourceEvent>(TaskCreationOptions.RunContinuationsAsynchronously);
        void Look(ResourceEvent change)
        {
            if (!found.Task.IsCompleted && IsNamed(change, resourceName) && predicate(change))
            {
                found.TrySetResult(change);
            }
        }

        using var subscription = Subscribe(Look);
        using var ended = CancellationTokenSource.CreateLinkedTokenSource(cancellationToken, _applicationStopping, _disposed);
        return await found.Task.WaitAsync(ended.Token);
    }

    public Task<ResourceEvent> WaitForResourceHealthyAsync(string resourceName, CancellationToken cancellationToken = default) =>
        WaitForResourceHealthyAsync(resourceName, DefaultWaitBehavior, cancellationToken);

    /// <summary>Waits until the resource runs, is healthy and everybody who subscribed to its readiness has been heard.</summary>
    public async Task<ResourceEvent> WaitForResourceHealthyAsync(
        string resourceName,
        WaitBehavior waitBehavior,
        CancellationToken cancellationToken = default
    )
    {
        var stops = waitBehavior == WaitBehavior.StopOnResourceUnavailable;
        if (stops && !IsInModel(resourceName))
        {
            throw new DistributedApplicationException($"There is no resource named '{resourceName}' to wait for.");
        }

        var found = await WaitForResourceAsync(
            resourceName,
            change => ResourceWaits.IsReady(change.Snapshot) || (stops && ResourceWaits.HasEnded(change.Snapshot)),
            cancellationToken
        );
        if (found.Snapshot.Ready is not { } ready)
        {
            throw new DistributedApplicationException(
                $"Stopped waiting for '{resourceName}' to be healthy: {ResourceWaits.DescribeEnd(found.Snapshot)}."
            );
        }
        await ready.WaitAsync(cancellationToken);
        return found;
    }

    /// <summary>Waits for everything that the resource waits for.</summary>
    public Task WaitForDependenciesAsync(IResource resource, CancellationToken cancellationToken) =>
        ResourceWaits.WaitForAllAsync(this, resource, change => PublishUpdateAsync(resource, change), DefaultWaitBehavior, cancellationToken);

    /// <summary>The present states, then every change.</summary>
    public async IAsyncEnumerable<ResourceEvent> WatchAsync([EnumeratorCancellation] CancellationToken cancellationToken = default)
    {
        var changes = Channel.CreateBounded<ResourceEvent>(
            new BoundedChannelOptions(UnseenEventsMax) { FullMode = BoundedChannelFullMode.DropOldest, SingleReader = true }
        );
        using var ended = CancellationTokenSource.CreateLinkedTokenSource(cancellationToken, _disposed);
        using var subscription = Subscribe(change => changes.Writer.TryWrite(change));
        await foreach (var change in changes.Reader.ReadAllAsync(ended.Token))
        {
            yield return change;
        }
    }

    public bool TryGetCurrentState(string resourceId, [NotNullWhen(true)] out ResourceEvent? resourceEvent)
    {
        lock (_sync)
        {
            return _states.TryGetValue(resourceId, out resourceEvent);
        }
    }

    /// <summary>Changes the state of every process of the resource.</summary>
    public async Task PublishUpdateAsync(IResource resource, Func<CustomResourceSnapshot, CustomResourceSnapshot> stateFactory)
    {
        foreach (var instance in ResourceInstance.Of(resource))
        {
            await PublishUpdateAsync(resource, instance.Id, stateFactory);
        }
    }

    public Task PublishUpdateAsync(IResource resource, string resourceId, Func<CustomResourceSnapshot, CustomResourceSnapshot> stateFactory)
    {
        ArgumentNullException.ThrowIfNull(stateFactory);
        lock (_sync)
        {
            var before = _states.TryGetValue(resourceId, out var present) ? present.Snapshot : InitialSnapshots.Of(resource);
            var after = WithCommands(resource, stateFactory(before));
            var change = new ResourceEvent(resource, resourceId, after);
            _states[resourceId] = change;
            if (before.State?.Text != after.State?.Text)
            {
                _logger.LogDebug("Resource {Resource} is {State}.", resource.Name, after.State?.Text);
            }
            foreach (var subscriber in _subscribers)
            {
                subscriber(change);
            }
        }
        return Task.CompletedTask;
    }

    public void Dispose()
    {
        _disposing.Cancel();
        _disposing.Dispose();
        GC.SuppressFinalize(this);
    }

    /// <summary>One process of a resource waits; the others have their own states.</summary>
    internal Task WaitForDependenciesAsync(IResource resource, string resourceId, CancellationToken cancellationToken) =>
        ResourceWaits.WaitForAllAsync(
            this,
            resource,
            change => PublishUpdateAsync(resource, resourceId, change),
            DefaultWaitBehavior,
            cancellationToken
        );

    /// <summary>Calls back with every present state, then with every change, in order. The callback must be short: publishers wait for it.</summary>
    internal IDisposable Subscribe(Action<ResourceEvent> subscriber)
    {
        lock (_sync)
        {
            foreach (var state in _states.Values)
            {
                subscriber(state);
            }
            _subscribers = _subscribers.Add(subscriber);
        }
        return new Subscription(() =>
        {
            lock (_sync)
            {
                _subscribers = _subscribers.Remove(subscriber);
            }
        });
    }

    private static bool IsNamed(ResourceEvent change, string name) =>
        string.Equals(change.Resource.Name, name, StringComparison.OrdinalIgnoreCase)
        || string.Equals(change.ResourceId, name, StringComparison.OrdinalIgnoreCase);

    private bool IsInModel(string name) =>
        _services.GetRequiredService<DistributedApplicationModel>().Resources.TryGetByName(name, out _) || TryGetCurrentState(name, out _);

    private CustomResourceSnapshot WithCommands(IResource resource, CustomResourceSnapshot snapshot) =>
        snapshot with
        {
            Commands =
            [
                .. resource.Annotations.OfType<ResourceCommandAnnotation>().Select(command => command.Describe(snapshot, _services)),
            ],
        };

    private sealed class Subscription(Action end) : IDisposable
    {
        public void Dispose() => end();
    }
}

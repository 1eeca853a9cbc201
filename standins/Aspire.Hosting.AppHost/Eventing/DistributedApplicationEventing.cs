using System.Collections.Concurrent;
using System.Collections.Immutable;
using Aspire.Hosting.ApplicationModel;

namespace Aspire.Hosting.Eventing;

/// <inheritdoc />
public class DistributedApplicationEventing : IDistributedApplicationEventing
{
    private readonly ConcurrentDictionary<Type, ImmutableArray<DistributedApplicationEventSubscription>> _subscriptions = new();

    /// <summary>Told of a subscriber's failure that no publisher waits for.</summary>
    internal Action<IDistributedApplicationEvent, Exception>? Failed { get; set; }

    public DistributedApplicationEventSubscription Subscribe<T>(Func<T, CancellationToken, Task> callback)
        where T : IDistributedApplicationEvent =>
        Add<T>(new DistributedApplicationEventSubscription((@event, cancellationToken) => callback((T)@event, cancellationToken)));

    public DistributedApplicationEventSubscription Subscribe<T>(IResource resource, Func<T, CancellationToken, Task> callback)
        where T : IDistributedApplicationResourceEvent =>
        Add<T>(
            new DistributedApplicationResourceEventSubscription(
                resource,
                (@event, cancellationToken) =>
                    ReferenceEquals(@event.Resource, resource) ? callback((T)@event, cancellationToken) : Task.CompletedTask
            )
        );

    public void Unsubscribe(DistributedApplicationEventSubscription subscription)
    {
        foreach (var type in _subscriptions.Keys)
        {
            _subscriptions.AddOrUpdate(type, [], (_, present) => present.Remove(subscription));
        }
    }

    public Task PublishAsync<T>(T @event, CancellationToken cancellationToken = default)
        where T : IDistributedApplicationEvent => PublishAsync(@event, EventDispatchBehavior.BlockingSequential, cancellationToken);

    public Task PublishAsync<T>(T @event, EventDispatchBehavior dispatchBehavior, CancellationToken cancellationToken = default)
        where T : IDistributedApplicationEvent
    {
        if (!_subscriptions.TryGetValue(typeof(T), out var subscriptions) || subscriptions.IsEmpty)
        {
            return Task.CompletedTask;
        }

        async Task OneByOne()
        {
            foreach (var subscription in subscriptions)
            {
                await subscription.Callback(@event, cancellationToken);
            }
        }

        Task Together() => Task.WhenAll(subscriptions.Select(subscription => subscription.Callback(@event, cancellationToken)));

        switch (dispatchBehavior)
        {
            case EventDispatchBehavior.BlockingSequential:
                return OneByOne();
            case EventDispatchBehavior.BlockingConcurrent:
                return Together();
            case EventDispatchBehavior.NonBlockingSequential:
                _ = Task.Run(() => TellFailureAsync(@event, OneByOne), cancellationToken);
                return Task.CompletedTask;
            case EventDispatchBehavior.NonBlockingConcurrent:
                _ = Task.Run(() => TellFailureAsync(@event, Together), cancellationToken);
                return Task.CompletedTask;
            default:
                throw new ArgumentOutOfRangeException(nameof(dispatchBehavior), dispatchBehavior, "Not a way to dispatch events.");
        }
    }

    private async Task TellFailureAsync(IDistributedApplicationEvent @event, Func<Task> dispatch)
    {
        try
        {
            await dispatch();
        }
        catch (Exception e) when (e is not OperationCanceledException)
        {
            // Subscribers are other people's code; the application goes on without what they would have done.
            Failed?.Invoke(@event, e);
        }
    }

    private DistributedApplicationEventSubscription Add<T>(DistributedApplicationEventSubscription subscription)
    {
        _subscriptions.AddOrUpdate(typeof(T), [subscription], (_, present) => present.Add(subscription));
        return subscription;
    }
}

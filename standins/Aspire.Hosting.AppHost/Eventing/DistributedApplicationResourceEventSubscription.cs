using Aspire.Hosting.ApplicationModel;

namespace Aspire.Hosting.Eventing;

/// <summary>A subscription to the events of one resource, or of all if that is null.</summary>
public class DistributedApplicationResourceEventSubscription(
    IResource? resource,
    Func<IDistributedApplicationResourceEvent, CancellationToken, Task> callback
)
    : DistributedApplicationEventSubscription(
        (@event, cancellationToken) => callback((IDistributedApplicationResourceEvent)@event, cancellationToken)
    )
{
    public IResource? Resource { get; } = resource;
}

using Aspire.Hosting.ApplicationModel;

namespace Aspire.Hosting.Orchestration;

/// <summary>
/// Gives resources that are part of another one, and do not run by themselves, the state of that one: a database of a server that was stopped
/// is shown as stopped.
/// </summary>
internal sealed class ChildStates(DistributedApplicationModel model, ResourceNotificationService notifications)
{
    public async Task FollowAsync(IResource parent, string parentId)
    {
        if (!notifications.TryGetCurrentState(parentId, out var change))
        {
            return;
        }
        foreach (var child in ChildrenOf(parent))
        {
            await notifications.PublishUpdateAsync(
                child,
                snapshot =>
                    snapshot with
                    {
                        State = change.Snapshot.State,
                        StartTimeStamp = change.Snapshot.StartTimeStamp,
                        StopTimeStamp = change.Snapshot.StopTimeStamp,
                    }
            );
            await FollowAsync(child, child.Name);
        }
    }

    private IEnumerable<IResource> ChildrenOf(IResource parent) =>
        model
            .Resources.OfType<IResourceWithParent>()
            .Where(child => ReferenceEquals(child.Parent, parent) && child is not (ProjectResource or ExecutableResource));
}

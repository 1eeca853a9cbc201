using Aspire.Hosting.Orchestration;

namespace Aspire.Hosting.ApplicationModel;

/// <summary>When a wait for a resource is over, and when it is in vain.</summary>
internal static class ResourceWaits
{
    public static bool IsReady(CustomResourceSnapshot snapshot) =>
        snapshot.HealthStatus == Microsoft.Extensions.Diagnostics.HealthChecks.HealthStatus.Healthy && snapshot.Ready is not null;

    public static bool HasEnded(CustomResourceSnapshot snapshot) =>
        snapshot.State is { } state && KnownResourceStates.TerminalStates.Contains(state.Text);

    public static string DescribeEnd(CustomResourceSnapshot snapshot) =>
        snapshot.ExitCode is { } code ? $"it is {snapshot.State?.Text} with exit code {code}" : $"it is {snapshot.State?.Text}";

    public static async Task WaitForAllAsync(
        ResourceNotificationService notifications,
        IResource resource,
        Func<Func<CustomResourceSnapshot, CustomResourceSnapshot>, Task> publish,
        WaitBehavior defaultBehavior,
        CancellationToken cancellationToken
    )
    {
        var waits = resource.Annotations.OfType<WaitAnnotation>().ToList();
        if (waits.Count == 0)
        {
            return;
        }
        await publish(snapshot => snapshot with { State = KnownResourceStates.Waiting });

        // The first wait that is in vain ends the others.
        using var vain = CancellationTokenSource.CreateLinkedTokenSource(cancellationToken);
        var running = waits
            .SelectMany(wait => ResourceInstance.Of(wait.Resource).Select(instance => (wait, instance)))
            .Select(one => WaitForOneAsync(notifications, resource, one.wait, one.instance.Id, defaultBehavior, vain.Token))
            .ToList();
        try
        {
            while (running.Count > 0)
            {
                var done = await Task.WhenAny(running);
                running.Remove(done);
                await done;
            }
        }
        catch
        {
            await vain.CancelAsync();
            throw;
        }
    }

    private static async Task WaitForOneAsync(
        ResourceNotificationService notifications,
        IResource resource,
        WaitAnnotation wait,
        string resourceId,
        WaitBehavior defaultBehavior,
        CancellationToken cancellationToken
    )
    {
        var stops = (wait.WaitBehavior ?? defaultBehavior) == WaitBehavior.StopOnResourceUnavailable;
        Func<CustomResourceSnapshot, bool> isMet = wait.WaitType switch
        {
            WaitType.WaitUntilHealthy => IsReady,
            WaitType.WaitUntilStarted => snapshot => snapshot.State?.Text == KnownResourceStates.Running,
            WaitType.WaitForCompletion => HasEnded,
            _ => throw new InvalidOperationException($"There is no wait of type {wait.WaitType}."),
        };
        var found = await notifications.WaitForResourceAsync(
            resourceId,
            change => isMet(change.Snapshot) || (stops && HasEnded(change.Snapshot)),
            cancellationToken
        );
        if (!isMet(found.Snapshot))
        {
            throw new DistributedApplicationException(
                $"'{resource.Name}' waits for '{wait.Resource.Name}' in vain: {DescribeEnd(found.Snapshot)}."
            );
        }
        if (wait.WaitType == WaitType.WaitUntilHealthy)
        {
            await found.Snapshot.Ready!.WaitAsync(cancellationToken);
        }
        if (wait.WaitType == WaitType.WaitForCompletion && found.Snapshot.ExitCode != wait.ExitCode)
        {
            throw new DistributedApplicationException(
                $"'{resource.Name}' waits for '{wait.Resource.Name}' to end with exit code {wait.ExitCode}, but {DescribeEnd(found.Snapshot)}."
            );
        }
    }
}

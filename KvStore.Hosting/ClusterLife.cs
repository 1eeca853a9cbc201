using Aspire.Hosting.ApplicationModel;
using Microsoft.Extensions.DependencyInjection;
using Microsoft.Extensions.Hosting;

namespace KvStore.Hosting;

/// <summary>Publishes the cluster's state whenever that of a node changes it, until the application stops.</summary>
internal static class ClusterLife
{
    public static async Task FollowAsync(KvStoreResource cluster, InitializeResourceEvent initialize, CancellationToken cancellationToken)
    {
        var stopping = initialize.Services.GetRequiredService<IHostApplicationLifetime>().ApplicationStopping;
        using var ended = CancellationTokenSource.CreateLinkedTokenSource(cancellationToken, stopping);
        var states = cluster.Nodes.ToDictionary(node => node.Name, _ => (string?)null, StringComparer.OrdinalIgnoreCase);
        var published = KnownResourceStates.Starting;
        try
        {
            await foreach (var change in initialize.Notifications.WatchAsync(ended.Token))
            {
                if (!states.ContainsKey(change.Resource.Name))
                {
                    continue;
                }
                states[change.Resource.Name] = change.Snapshot.State?.Text;
                var state = ClusterState.Of(states.Values);
                if (state != published)
                {
                    published = state;
                    await initialize.Notifications.PublishUpdateAsync(cluster, snapshot => In(snapshot, state));
                }
            }
        }
        catch (OperationCanceledException) when (ended.IsCancellationRequested)
        {
            // The application stops.
        }
    }

    private static CustomResourceSnapshot In(CustomResourceSnapshot snapshot, string state)
    {
        var now = DateTime.UtcNow;
        return snapshot with
        {
            State = state,
            StartTimeStamp = state == KnownResourceStates.Running ? now : snapshot.StartTimeStamp,
            StopTimeStamp = KnownResourceStates.TerminalStates.Contains(state) ? now : null,
        };
    }
}

using Aspire.Hosting.ApplicationModel;
using Microsoft.Extensions.DependencyInjection;
using Microsoft.Extensions.Hosting;
using Microsoft.Extensions.Logging;

namespace KvStore.Hosting;

/// <summary>Publishes the cluster's state whenever that of a node changes it, until the application stops.</summary>
internal static class ClusterLife
{
    public static async Task FollowAsync(KvStoreResource cluster, InitializeResourceEvent initialize, CancellationToken cancellationToken)
    {
        var stopping = initialize.Services.GetRequiredService<IHostApplicationLifetime>().ApplicationStopping;
        using var ended = CancellationTokenSource.CreateLinkedTokenSource(cancellationToken, stopping);
        var states = cluster.AllNodes.ToDictionary(node => node.Name, _ => (string?)null, StringComparer.OrdinalIgnoreCase);
        var hasRun = false;
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
                var state = ClusterState.Of(StatesOf(cluster.Nodes), StatesOf(cluster.SpareNodes));
                if (state != published)
                {
                    published = state;
                    await initialize.Notifications.PublishUpdateAsync(cluster, snapshot => In(snapshot, state));
                }
                if (state == KnownResourceStates.Running && !hasRun)
                {
                    hasRun = true;
                    await StartKeptAsync(cluster, initialize, ended.Token);
                }
            }
        }
        catch (OperationCanceledException) when (ended.IsCancellationRequested)
        {
            // The application stops.
        }

        List<string?> StatesOf(IReadOnlyList<ProjectResource> nodes) => [.. nodes.Select(node => states[node.Name])];
    }

    /// <summary>Starts the spare nodes that have been at work in an earlier run: they own slots, unless they left.</summary>
    private static async Task StartKeptAsync(KvStoreResource cluster, InitializeResourceEvent initialize, CancellationToken cancellationToken)
    {
        var commands = initialize.Services.GetRequiredService<ResourceCommandService>();
        foreach (var node in cluster.SpareNodes)
        {
            if (cluster.DataDirectory is { } directory && NodeFiles.HasStore(Path.Combine(directory, node.Name)))
            {
                var result = await commands.ExecuteCommandAsync(node, KnownResourceCommands.StartCommand, cancellationToken);
                if (!result.Success)
                {
                    initialize.Logger.LogError("{Node} has data of an earlier run and could not be started: {Reason}", node.Name, result.Message);
                }
            }
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

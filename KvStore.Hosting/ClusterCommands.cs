using Aspire.Hosting;
using Aspire.Hosting.ApplicationModel;
using KvStore.Client;
using Microsoft.Extensions.DependencyInjection;

namespace KvStore.Hosting;

/// <summary>The commands that every process has, for all nodes of a cluster.</summary>
internal static class ClusterCommands
{
    public static void Add(IResourceBuilder<KvStoreResource> cluster)
    {
        var nodes = cluster.Resource;
        Add(cluster, KnownResourceCommands.StartCommand, "Start", "Starts every node that does not run, but no spare one that was never started.", context => StartAsync(nodes, context));
        Add(cluster, KnownResourceCommands.StopCommand, "Stop", "Stops every node.", context => StopAsync(nodes, context));
        Add(
            cluster,
            KnownResourceCommands.RestartCommand,
            "Restart",
            "Restarts one node after the other, each when the one before is healthy.",
            context => RestartAsync(nodes, context)
        );
    }

    private static void Add(
        IResourceBuilder<KvStoreResource> cluster,
        string name,
        string displayName,
        string description,
        Func<ExecuteCommandContext, Task<ExecuteCommandResult>> execute
    ) => cluster.WithCommand(name, displayName, execute, new CommandOptions { Description = description, IsHighlighted = true });

    private static Task<ExecuteCommandResult> StartAsync(KvStoreResource cluster, ExecuteCommandContext context) =>
        ForEachAsync(cluster, context, KnownResourceCommands.StartCommand, now => !NodeLife.Lives(now));

    private static Task<ExecuteCommandResult> StopAsync(KvStoreResource cluster, ExecuteCommandContext context) =>
        ForEachAsync(cluster, context, KnownResourceCommands.StopCommand, NodeLife.Lives);

    private static async Task<ExecuteCommandResult> RestartAsync(KvStoreResource cluster, ExecuteCommandContext context)
    {
        var notifications = context.ServiceProvider.GetRequiredService<ResourceNotificationService>();
        foreach (var (node, now) in await TakingPartAsync(cluster, context))
        {
            if (await HasLeftAsync(node, now, context))
            {
                continue; // it would never be healthy again
            }
            var command = NodeLife.Lives(now) ? KnownResourceCommands.RestartCommand : KnownResourceCommands.StartCommand;
            if (await NodeLife.ExecuteAsync(node, command, context) is { } failure)
            {
                return CommandResults.Failure(failure);
            }
            await notifications.WaitForResourceHealthyAsync(node.Name, WaitBehavior.StopOnResourceUnavailable, context.CancellationToken);
        }
        return CommandResults.Success();
    }

    private static async Task<ExecuteCommandResult> ForEachAsync(
        KvStoreResource cluster,
        ExecuteCommandContext context,
        string command,
        Func<CustomResourceSnapshot, bool> applies
    )
    {
        var nodes = await TakingPartAsync(cluster, context);
        var failures = await Task.WhenAll(
            nodes.Where(node => applies(node.Now)).Select(node => NodeLife.ExecuteAsync(node.Node, command, context))
        );
        var told = string.Join(' ', failures.OfType<string>());
        return told.Length == 0 ? CommandResults.Success() : CommandResults.Failure(told);
    }

    /// <summary>All nodes but spare ones that were never started.</summary>
    private static async Task<List<(ProjectResource Node, CustomResourceSnapshot Now)>> TakingPartAsync(
        KvStoreResource cluster,
        ExecuteCommandContext context
    )
    {
        List<(ProjectResource Node, CustomResourceSnapshot Now)> found = [];
        foreach (var node in cluster.AllNodes)
        {
            var now = await NodeLife.LookAsync(node, context);
            if (!cluster.SpareNodes.Contains(node) || !NodeLife.WasNeverStarted(now))
            {
                found.Add((node, now));
            }
        }
        return found;
    }

    private static async Task<bool> HasLeftAsync(ProjectResource node, CustomResourceSnapshot now, ExecuteCommandContext context)
    {
        if (!NodeLife.Runs(now))
        {
            return false;
        }
        using var client = new KvClient(new Uri(node.GetEndpoint(KvStoreResource.GrpcEndpointName).Url));
        try
        {
            return (await client.Cluster.GetStatusAsync(context.CancellationToken)).State == "removed";
        }
        catch (KvException)
        {
            return false; // it is restarted because of that, perhaps
        }
    }
}

using Aspire.Hosting;
using Aspire.Hosting.ApplicationModel;
using Microsoft.Extensions.DependencyInjection;

namespace KvStore.Hosting;

/// <summary>The commands that nodes have, for all nodes of a cluster.</summary>
internal static class ClusterCommands
{
    public static void Add(IResourceBuilder<KvStoreResource> cluster)
    {
        var nodes = cluster.Resource.Nodes;
        Add(cluster, KnownResourceCommands.StartCommand, "Start", "Starts every node that does not run.", context => StartAsync(nodes, context));
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

    private static Task<ExecuteCommandResult> StartAsync(IReadOnlyList<ProjectResource> nodes, ExecuteCommandContext context) =>
        ForEachAsync(nodes, context, KnownResourceCommands.StartCommand, isRunning => !isRunning);

    private static Task<ExecuteCommandResult> StopAsync(IReadOnlyList<ProjectResource> nodes, ExecuteCommandContext context) =>
        ForEachAsync(nodes, context, KnownResourceCommands.StopCommand, isRunning => isRunning);

    private static async Task<ExecuteCommandResult> RestartAsync(IReadOnlyList<ProjectResource> nodes, ExecuteCommandContext context)
    {
        var notifications = context.ServiceProvider.GetRequiredService<ResourceNotificationService>();
        foreach (var node in nodes)
        {
            var command = await RunsAsync(node, context) ? KnownResourceCommands.RestartCommand : KnownResourceCommands.StartCommand;
            if (await ExecuteAsync(node, command, context) is { } failure)
            {
                return CommandResults.Failure(failure);
            }
            await notifications.WaitForResourceHealthyAsync(node.Name, WaitBehavior.StopOnResourceUnavailable, context.CancellationToken);
        }
        return CommandResults.Success();
    }

    private static async Task<ExecuteCommandResult> ForEachAsync(
        IReadOnlyList<ProjectResource> nodes,
        ExecuteCommandContext context,
        string command,
        Func<bool, bool> applies
    )
    {
        var failures = await Task.WhenAll(
            nodes.Select(async node => applies(await RunsAsync(node, context)) ? await ExecuteAsync(node, command, context) : null)
        );
        var told = string.Join(' ', failures.OfType<string>());
        return told.Length == 0 ? CommandResults.Success() : CommandResults.Failure(told);
    }

    /// <summary>Null, or why it failed.</summary>
    private static async Task<string?> ExecuteAsync(ProjectResource node, string command, ExecuteCommandContext context)
    {
        var commands = context.ServiceProvider.GetRequiredService<ResourceCommandService>();
        var result = await commands.ExecuteCommandAsync(node, command, context.CancellationToken);
        return result.Success ? null : $"{node.Name}: {result.Message ?? (result.Canceled ? "cancelled" : "failed")}";
    }

    /// <summary>Whether it runs or is about to.</summary>
    private static async Task<bool> RunsAsync(ProjectResource node, ExecuteCommandContext context)
    {
        var notifications = context.ServiceProvider.GetRequiredService<ResourceNotificationService>();
        var now = await notifications.WaitForResourceAsync(node.Name, _ => true, context.CancellationToken);
        var state = now.Snapshot.State?.Text;
        return state is not null && state != KnownResourceStates.NotStarted && !KnownResourceStates.TerminalStates.Contains(state);
    }
}

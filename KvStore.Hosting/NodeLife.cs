using Aspire.Hosting.ApplicationModel;
using Microsoft.Extensions.DependencyInjection;

namespace KvStore.Hosting;

/// <summary>How a node's process is, for commands.</summary>
internal static class NodeLife
{
    public static async Task<CustomResourceSnapshot> LookAsync(ProjectResource node, ExecuteCommandContext context)
    {
        var notifications = context.ServiceProvider.GetRequiredService<ResourceNotificationService>();
        return (await notifications.WaitForResourceAsync(node.Name, _ => true, context.CancellationToken)).Snapshot;
    }

    /// <summary>It runs, or is about to or about to end.</summary>
    public static bool Lives(CustomResourceSnapshot now) => now.State is not null && !WasNeverStarted(now) && !HasEnded(now);

    public static bool Runs(CustomResourceSnapshot now) => now.State?.Text == KnownResourceStates.Running;

    public static bool WasNeverStarted(CustomResourceSnapshot now) => now.State?.Text == KnownResourceStates.NotStarted;

    public static bool HasEnded(CustomResourceSnapshot now) =>
        now.State is { } state && KnownResourceStates.TerminalStates.Contains(state.Text);

    /// <summary>Null, or why the command failed, beginning with the node's name.</summary>
    public static async Task<string?> ExecuteAsync(ProjectResource node, string command, ExecuteCommandContext context)
    {
        var commands = context.ServiceProvider.GetRequiredService<ResourceCommandService>();
        var result = await commands.ExecuteCommandAsync(node, command, context.CancellationToken);
        return result.Success ? null : $"{node.Name}: {result.Message ?? (result.Canceled ? "cancelled" : "failed")}";
    }
}

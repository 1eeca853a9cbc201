using Aspire.Hosting.ApplicationModel;

namespace Aspire.Hosting.Orchestration;

/// <summary>The commands start, stop and restart of a resource that runs as a process.</summary>
internal static class LifecycleCommands
{
    private static readonly string[] MayStart =
    [
        KnownResourceStates.NotStarted,
        KnownResourceStates.Finished,
        KnownResourceStates.Exited,
        KnownResourceStates.FailedToStart,
    ];

    public static void Add(ResourceProcess process)
    {
        Add(process, KnownResourceCommands.StartCommand, "Start", state => MayStart.Contains(state), context => StartAsync(process, context));
        Add(
            process,
            KnownResourceCommands.StopCommand,
            "Stop",
            state => state == KnownResourceStates.Running || state == KnownResourceStates.Waiting || state == KnownResourceStates.Starting,
            async context =>
            {
                await process.StopAsync(context.CancellationToken);
                return CommandResults.Success();
            }
        );
        Add(
            process,
            KnownResourceCommands.RestartCommand,
            "Restart",
            state => state == KnownResourceStates.Running,
            async context =>
            {
                await process.StopAsync(context.CancellationToken);
                return await StartAsync(process, context);
            }
        );
    }

    private static async Task<ExecuteCommandResult> StartAsync(ResourceProcess process, ExecuteCommandContext context) =>
        await process.StartAsync(context.CancellationToken) is { } failure ? CommandResults.Failure(failure) : CommandResults.Success();

    private static void Add(
        ResourceProcess process,
        string name,
        string displayName,
        Func<string?, bool> isEnabled,
        Func<ExecuteCommandContext, Task<ExecuteCommandResult>> execute
    )
    {
        // An AppHost may have put its own command of that name in the place.
        if (process.Resource.Annotations.OfType<ResourceCommandAnnotation>().Any(present => present.Name == name))
        {
            return;
        }
        process.Resource.Annotations.Add(
            new ResourceCommandAnnotation(
                name,
                displayName,
                context => isEnabled(context.ResourceSnapshot.State?.Text) ? ResourceCommandState.Enabled : ResourceCommandState.Disabled,
                execute,
                displayDescription: null,
                parameter: null,
                confirmationMessage: null,
                iconName: null,
                iconVariant: null,
                isHighlighted: true
            )
        );
    }
}

using Aspire.Hosting.ApplicationModel;

namespace Aspire.Hosting.Orchestration;

/// <summary>The commands start, stop and restart of a resource that runs as processes, each of which is told them by its id.</summary>
internal static class LifecycleCommands
{
    private static readonly string[] MayStart =
    [
        KnownResourceStates.NotStarted,
        KnownResourceStates.Finished,
        KnownResourceStates.Exited,
        KnownResourceStates.FailedToStart,
    ];

    public static void Add(IResource resource, IReadOnlyList<ResourceProcess> processes)
    {
        Add(resource, KnownResourceCommands.StartCommand, "Start", state => MayStart.Contains(state), context => StartAsync(Find(context), context));
        Add(
            resource,
            KnownResourceCommands.StopCommand,
            "Stop",
            state => state == KnownResourceStates.Running || state == KnownResourceStates.Waiting || state == KnownResourceStates.Starting,
            async context =>
            {
                await Find(context).StopAsync(context.CancellationToken);
                return CommandResults.Success();
            }
        );
        Add(
            resource,
            KnownResourceCommands.RestartCommand,
            "Restart",
            state => state == KnownResourceStates.Running,
            async context =>
            {
                var process = Find(context);
                await process.StopAsync(context.CancellationToken);
                return await StartAsync(process, context);
            }
        );

        ResourceProcess Find(ExecuteCommandContext context) => processes.Single(process => process.Instance.Id == context.ResourceName);
    }

    private static async Task<ExecuteCommandResult> StartAsync(ResourceProcess process, ExecuteCommandContext context) =>
        await process.StartAsync(context.CancellationToken) is { } failure ? CommandResults.Failure(failure) : CommandResults.Success();

    private static void Add(
        IResource resource,
        string name,
        string displayName,
        Func<string?, bool> isEnabled,
        Func<ExecuteCommandContext, Task<ExecuteCommandResult>> execute
    )
    {
        // An AppHost may have put its own command of that name in the place.
        if (resource.Annotations.OfType<ResourceCommandAnnotation>().Any(present => present.Name == name))
        {
            return;
        }
        resource.Annotations.Add(
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

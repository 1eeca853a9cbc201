using Aspire.Hosting.Orchestration;
using Microsoft.Extensions.Logging;

namespace Aspire.Hosting.ApplicationModel;

/// <summary>Runs commands of resources. A failure is a result, not an exception.</summary>
public class ResourceCommandService
{
    private readonly DistributedApplicationModel _model;
    private readonly ResourceLoggerService _loggers;
    private readonly IServiceProvider _services;

    internal ResourceCommandService(DistributedApplicationModel model, ResourceLoggerService loggers, IServiceProvider services)
    {
        _model = model;
        _loggers = loggers;
        _services = services;
    }

    /// <summary>The resource is named by its name, or one of its processes by its id.</summary>
    public Task<ExecuteCommandResult> ExecuteCommandAsync(
        string resourceId,
        string commandName,
        CancellationToken cancellationToken = default
    ) => ExecuteCommandAsync(resourceId, commandName, new InteractionInputCollection([]), cancellationToken);

    public Task<ExecuteCommandResult> ExecuteCommandAsync(
        string resourceId,
        string commandName,
        InteractionInputCollection arguments,
        CancellationToken cancellationToken = default
    )
    {
        foreach (var resource in _model.Resources)
        {
            if (SameName(resource.Name, resourceId))
            {
                return ExecuteCommandAsync(resource, commandName, arguments, cancellationToken);
            }
            if (ResourceInstance.Of(resource).FirstOrDefault(instance => SameName(instance.Id, resourceId)) is { } found)
            {
                return ExecuteAsync(resource, found.Id, commandName, arguments, cancellationToken);
            }
        }
        throw new InvalidOperationException($"There is no resource named '{resourceId}'.");
    }

    public Task<ExecuteCommandResult> ExecuteCommandAsync(
        IResource resource,
        string commandName,
        CancellationToken cancellationToken = default
    ) => ExecuteCommandAsync(resource, commandName, new InteractionInputCollection([]), cancellationToken);

    /// <summary>Runs the command for every process of the resource at once.</summary>
    public async Task<ExecuteCommandResult> ExecuteCommandAsync(
        IResource resource,
        string commandName,
        InteractionInputCollection arguments,
        CancellationToken cancellationToken = default
    )
    {
        var instances = ResourceInstance.Of(resource);
        var results = await Task.WhenAll(
            instances.Select(instance => ExecuteAsync(resource, instance.Id, commandName, arguments, cancellationToken))
        );
        if (results is [var only])
        {
            return only;
        }
        var failures = results
            .Zip(instances, (result, instance) => (result, instance))
            .Where(one => !one.result.Success && !one.result.Canceled)
            .Select(one => $"{one.instance.Id}: {one.result.Message}")
            .ToList();
        return failures.Count > 0 ? CommandResults.Failure(string.Join(Environment.NewLine, failures))
            : results.Any(result => result.Canceled) ? CommandResults.Canceled()
            : CommandResults.Success();
    }

    private static bool SameName(string one, string other) => string.Equals(one, other, StringComparison.OrdinalIgnoreCase);

    private async Task<ExecuteCommandResult> ExecuteAsync(
        IResource resource,
        string resourceId,
        string commandName,
        InteractionInputCollection arguments,
        CancellationToken cancellationToken
    )
    {
        var command = resource.Annotations.OfType<ResourceCommandAnnotation>().FirstOrDefault(candidate => candidate.Name == commandName);
        if (command is null)
        {
            return CommandResults.Failure($"The resource '{resource.Name}' has no command '{commandName}'.");
        }

        var logger = _loggers.GetLogger(resource, resourceId);
        try
        {
            return await command.ExecuteCommand(
                new ExecuteCommandContext
                {
                    ResourceName = resourceId,
                    ServiceProvider = _services,
                    CancellationToken = cancellationToken,
                    Logger = logger,
                    Arguments = arguments,
                }
            );
        }
        catch (OperationCanceledException) when (cancellationToken.IsCancellationRequested)
        {
            return CommandResults.Canceled();
        }
        catch (Exception e)
        {
            // Commands are other people's code; whoever runs one wants the reason, not the end of the AppHost.
            logger.LogError(e, "The command {Command} failed.", commandName);
            return CommandResults.Failure(e);
        }
    }
}

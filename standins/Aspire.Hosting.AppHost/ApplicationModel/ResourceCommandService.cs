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

    /// <summary>The resource is named by its id or its name.</summary>
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
        var resource =
            _model.Resources.FirstOrDefault(candidate =>
                string.Equals(candidate.Name, resourceId, StringComparison.OrdinalIgnoreCase)
                || string.Equals(ResourceInstance.Of(candidate).Id, resourceId, StringComparison.OrdinalIgnoreCase)
            ) ?? throw new InvalidOperationException($"There is no resource named '{resourceId}'.");
        return ExecuteCommandAsync(resource, commandName, arguments, cancellationToken);
    }

    public Task<ExecuteCommandResult> ExecuteCommandAsync(
        IResource resource,
        string commandName,
        CancellationToken cancellationToken = default
    ) => ExecuteCommandAsync(resource, commandName, new InteractionInputCollection([]), cancellationToken);

    public async Task<ExecuteCommandResult> ExecuteCommandAsync(
        IResource resource,
        string commandName,
        InteractionInputCollection arguments,
        CancellationToken cancellationToken = default
    )
    {
        var command = resource.Annotations.OfType<ResourceCommandAnnotation>().FirstOrDefault(candidate => candidate.Name == commandName);
        if (command is null)
        {
            return CommandResults.Failure($"The resource '{resource.Name}' has no command '{commandName}'.");
        }

        var logger = _loggers.GetLogger(resource);
        try
        {
            return await command.ExecuteCommand(
                new ExecuteCommandContext
                {
                    ResourceName = ResourceInstance.Of(resource).Id,
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

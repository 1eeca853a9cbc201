using Aspire.Hosting.ApplicationModel;
using Aspire.Hosting.Eventing;
using Aspire.Hosting.Proxies;
using Microsoft.Extensions.Configuration;
using Microsoft.Extensions.Hosting;
using Microsoft.Extensions.Logging;

namespace Aspire.Hosting.Orchestration;

/// <summary>
/// Runs an application: checks the model, gives endpoints their ports, starts what starts by itself, stops everything.
///
/// What can be known to be wrong beforehand (a project not built, a port in use, resources that wait for each other in a circle) is said,
/// all at once, before anything is started. What goes wrong later concerns one resource and those that wait for it.
/// </summary>
internal sealed class ApplicationOrchestrator(
    DistributedApplicationModel model,
    IDistributedApplicationEventing eventing,
    ResourceNotificationService notifications,
    ResourceLoggerService loggers,
    LaunchPlanner planner,
    BuiltOutputs outputs,
    IConfiguration configuration,
    IServiceProvider services,
    ILogger<DistributedApplication> logger
) : IApplicationRun, IHostedService, IAsyncDisposable
{
    /// <summary>Of the configuration: fixed ports are ignored, as under test.</summary>
    public const string RandomizePortsKey = "DcpPublisher:RandomizePorts";

    private readonly CancellationTokenSource _stopping = new();
    private readonly EndpointProxies _proxies = new();
    private List<ResourceProcess> _processes = [];

    public async Task PrepareAsync(CancellationToken cancellationToken)
    {
        logger.LogInformation("Distributed application starting.");
        await eventing.PublishAsync(new BeforeStartEvent(services, model), cancellationToken);

        AllocateEndpoints();
        await StartRefusals.ThrowAsync(model, outputs, _proxies, cancellationToken);
        var children = new ChildStates(model, notifications);
        foreach (var resource in model.Resources.Where(resource => resource is ProjectResource or ExecutableResource).ToList())
        {
            var processes = ResourceInstance
                .Of(resource)
                .Select(instance => new ResourceProcess(resource, instance, planner, _proxies, children, notifications, loggers, eventing, services))
                .ToList();
            LifecycleCommands.Add(resource, processes);
            _processes.AddRange(processes);
        }
    }

    public async Task StartAsync(CancellationToken cancellationToken)
    {
        await InitializeAsync(cancellationToken);

        // Those that wait for others go on in the background; the rest run, or have failed, when this returns.
        var starts = _processes.Where(process => !IsExplicit(process)).Select(process => (process, Start: process.StartAsync(_stopping.Token))).ToList();
        await Task.WhenAll(starts.Where(start => !Waits(start.process)).Select(start => start.Start));
        await eventing.PublishAsync(new AfterResourcesCreatedEvent(services, model), cancellationToken);
        logger.LogInformation("Distributed application started.");
    }

    public async Task StopAsync(CancellationToken cancellationToken)
    {
        await _stopping.CancelAsync();
        // Also when the host's time to stop is up: a process that is asked to end and then killed takes no longer than it takes.
        await Task.WhenAll(_processes.Select(process => process.StopAsync(CancellationToken.None)));
    }

    public async ValueTask DisposeAsync()
    {
        // The container disposes of it once for each service that it is.
        foreach (var process in Interlocked.Exchange(ref _processes, []))
        {
            await process.DisposeAsync();
        }
        _proxies.Dispose();
        _stopping.Dispose();
    }

    private static bool IsExplicit(ResourceProcess process) => process.Resource.HasAnnotationOfType<ExplicitStartupAnnotation>();

    private static bool Waits(ResourceProcess process) => process.Resource.HasAnnotationOfType<WaitAnnotation>();

    private void AllocateEndpoints()
    {
        var randomize = configuration.GetValue(RandomizePortsKey, defaultValue: false);
        EndpointAllocation.Allocate([.. model.Resources.OfType<IResourceWithEndpoints>()], randomize);
    }

    private async Task InitializeAsync(CancellationToken cancellationToken)
    {
        foreach (var resource in model.Resources.ToList())
        {
            var urls = await ResourceUrls.OfAsync(resource, services, cancellationToken);
            var isExplicit = resource.HasAnnotationOfType<ExplicitStartupAnnotation>();
            await notifications.PublishUpdateAsync(
                resource,
                snapshot => snapshot with { Urls = urls, State = isExplicit ? KnownResourceStates.NotStarted : snapshot.State }
            );
            if (resource is ParameterResource parameter and not ConnectionStringParameterResource)
            {
                var value = await parameter.GetValueAsync(cancellationToken);
                await notifications.PublishUpdateAsync(
                    parameter,
                    snapshot => snapshot with { Properties = snapshot.Properties.Add(new("Value", value) { IsSensitive = parameter.Secret }) }
                );
            }
            if (resource is IResourceWithEndpoints)
            {
                await eventing.PublishAsync(new ResourceEndpointsAllocatedEvent(resource, services), cancellationToken);
            }
            if (resource is IResourceWithConnectionString)
            {
                await eventing.PublishAsync(new ConnectionStringAvailableEvent(resource, services), cancellationToken);
            }
            await eventing.PublishAsync(
                new InitializeResourceEvent(resource, eventing, loggers, notifications, services),
                EventDispatchBehavior.NonBlockingConcurrent,
                cancellationToken
            );
        }
    }
}

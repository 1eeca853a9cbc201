using Aspire.Hosting.ApplicationModel;
using Aspire.Hosting.Publishing;
using Microsoft.Extensions.Logging;

namespace Aspire.Hosting;

/// <summary>Connection strings made of values of the model.</summary>
public static class ConnectionStringBuilderExtensions
{
    /// <summary>Who waits for the connection string waits for the resources in it.</summary>
    public static IResourceBuilder<ConnectionStringResource> AddConnectionString(
        this IDistributedApplicationBuilder builder,
        [ResourceName] string name,
        ReferenceExpression connectionStringExpression
    )
    {
        ArgumentNullException.ThrowIfNull(connectionStringExpression);
        var resource = builder
            .AddResource(new ConnectionStringResource(name, connectionStringExpression))
            .WithInitialState(
                new CustomResourceSnapshot
                {
                    ResourceType = "ConnectionString",
                    Properties = [],
                    State = KnownResourceStates.Waiting,
                }
            )
            .WithManifestPublishingCallback(context => ManifestEntries.WriteConnectionString(context, connectionStringExpression));
        foreach (var part in Parts(connectionStringExpression))
        {
            resource.WithReferenceRelationship(part).WaitFor(builder.CreateResourceBuilder(part));
        }
        return resource.OnInitializeResource(
            async (initialized, start, cancellationToken) =>
            {
                string state = KnownResourceStates.Running;
                try
                {
                    await start.Notifications.WaitForDependenciesAsync(initialized, cancellationToken);
                }
                catch (DistributedApplicationException e)
                {
                    start.Logger.LogError("{Reason}", e.Message);
                    state = KnownResourceStates.FailedToStart;
                }
                await start.Notifications.PublishUpdateAsync(initialized, snapshot => snapshot with { State = state });
            }
        );
    }

    public static IResourceBuilder<ConnectionStringResource> AddConnectionString(
        this IDistributedApplicationBuilder builder,
        [ResourceName] string name,
        Action<ReferenceExpressionBuilder> connectionStringBuilder
    )
    {
        ArgumentNullException.ThrowIfNull(connectionStringBuilder);
        var expression = new ReferenceExpressionBuilder();
        connectionStringBuilder(expression);
        return builder.AddConnectionString(name, expression.Build());
    }

    /// <summary>Those that run. A parameter is there before anything starts.</summary>
    private static IEnumerable<IResource> Parts(ReferenceExpression expression) =>
        expression
            .ValueProviders.Select(provider =>
                provider switch
                {
                    ParameterResource => null,
                    IResource resource => resource,
                    EndpointReference endpoint => endpoint.Resource,
                    EndpointReferenceExpression property => property.Endpoint.Resource,
                    _ => null,
                }
            )
            .OfType<IResource>()
            .Distinct();
}

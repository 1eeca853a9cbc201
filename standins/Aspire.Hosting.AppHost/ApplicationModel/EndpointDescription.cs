using System.Net.Sockets;

namespace Aspire.Hosting.ApplicationModel;

/// <summary>Adds an endpoint to a resource, and the variable that tells the program its port.</summary>
internal static class EndpointDescription
{
    public static IResourceBuilder<T> Add<T>(
        IResourceBuilder<T> builder,
        int? port,
        int? targetPort,
        string? scheme,
        string? name,
        string? env,
        bool? isProxied,
        bool? isExternal,
        ProtocolType? protocol
    )
        where T : IResourceWithEndpoints
    {
        var endpoint = new EndpointAnnotation(protocol ?? ProtocolType.Tcp, scheme, null, name, port, targetPort, isExternal, isProxied);
        RefuseBadPort(builder.Resource, endpoint, port);
        RefuseBadPort(builder.Resource, endpoint, targetPort);
        if (builder.Resource.GetEndpoints().Any(present => string.Equals(present.EndpointName, endpoint.Name, StringComparison.OrdinalIgnoreCase)))
        {
            throw new DistributedApplicationException($"The resource '{builder.Resource.Name}' has an endpoint named '{endpoint.Name}' already.");
        }
        if (env is not null)
        {
            if (builder.Resource is not IResourceWithEnvironment)
            {
                throw new DistributedApplicationException(
                    $"The endpoint '{endpoint.Name}' names the variable '{env}', but '{builder.Resource.Name}' has no environment."
                );
            }
            endpoint.TargetPortEnvironmentVariable = env;
            var reference = new EndpointReference(builder.Resource, endpoint).Property(EndpointProperty.TargetPort);
            builder.WithAnnotation(
                new EnvironmentCallbackAnnotation((EnvironmentCallbackContext context) => context.EnvironmentVariables[env] = reference)
            );
        }
        return builder.WithAnnotation(endpoint);
    }

    private static void RefuseBadPort(IResource resource, EndpointAnnotation endpoint, int? port)
    {
        if (port is < 1 or > 65535)
        {
            throw new DistributedApplicationException(
                $"The endpoint '{endpoint.Name}' of '{resource.Name}' asks for port {port}; a port is 1 to 65535."
            );
        }
    }
}

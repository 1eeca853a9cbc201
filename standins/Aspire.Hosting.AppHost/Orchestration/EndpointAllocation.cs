using System.Globalization;
using Aspire.Hosting.ApplicationModel;

namespace Aspire.Hosting.Orchestration;

/// <summary>
/// Gives every endpoint its port, once for the life of the application, so that a restarted resource is found where it was.
/// There is no proxy process: what others connect to is the port the program listens on, also where upstream would put a proxy between.
/// </summary>
internal static class EndpointAllocation
{
    /// <param name="resource">Whose endpoints get ports.</param>
    /// <param name="randomize">Fixed ports of proxied endpoints are ignored, so that applications run side by side.</param>
    public static void Allocate(IResourceWithEndpoints resource, bool randomize)
    {
        foreach (var endpoint in resource.Annotations.OfType<EndpointAnnotation>().Where(endpoint => endpoint.AllocatedEndpoint is null))
        {
            var port = Choose(resource, endpoint, randomize);
            endpoint.AllocatedEndpoint = new AllocatedEndpoint(
                endpoint,
                endpoint.TargetHost,
                port,
                port.ToString(CultureInfo.InvariantCulture)
            );
        }
    }

    /// <summary>Ports that somebody else listens on, each with the endpoint and the resource that want it.</summary>
    public static IEnumerable<string> Conflicts(IResource resource) =>
        from endpoint in resource.Annotations.OfType<EndpointAnnotation>()
        let port = endpoint.AllocatedEndpoint?.Port
        where port is not null && endpoint.Protocol == System.Net.Sockets.ProtocolType.Tcp && !PortPicker.IsFree(port.Value)
        select string.Create(
            CultureInfo.InvariantCulture,
            $"Port {port} of endpoint '{endpoint.Name}' of resource '{resource.Name}' is in use by another program."
        );

    private static int Choose(IResource resource, EndpointAnnotation endpoint, bool randomize)
    {
        var isRandom = randomize && endpoint.IsProxied;
        var asked = isRandom ? null : endpoint.Port;
        if (endpoint.IsProxied && asked is { } port && endpoint.TargetPort is { } target && port != target)
        {
            throw new DistributedApplicationException(
                $"The endpoint '{endpoint.Name}' of '{resource.Name}' asks for port {port} before target port {target}: that takes a proxy, which there is none of here. Give one port."
            );
        }
        if ((endpoint.TargetPort ?? asked) is { } given)
        {
            PortPicker.Reserve(given);
            return given;
        }
        return PortPicker.Pick();
    }
}

using System.Globalization;
using System.Net.Sockets;
using Aspire.Hosting.ApplicationModel;
using Aspire.Hosting.Proxies;

namespace Aspire.Hosting.Orchestration;

/// <summary>
/// Gives every endpoint its ports, once for the life of the application, so that a restarted resource is found where it was: the port that
/// others connect to, and the port that each process listens on. Without a proxy these are the same.
/// </summary>
internal static class EndpointAllocation
{
    private static readonly string[] AnyHosts = ["*", "+", "0.0.0.0", "::", "[::]"];

    /// <param name="resources">Whose endpoints get ports.</param>
    /// <param name="randomize">Fixed ports of proxied endpoints are ignored, so that applications run side by side.</param>
    public static void Allocate(IReadOnlyCollection<IResourceWithEndpoints> resources, bool randomize)
    {
        var endpoints = resources
            .SelectMany(resource => resource.Annotations.OfType<EndpointAnnotation>().Select(endpoint => (resource, endpoint)))
            .Where(one => one.endpoint.AllocatedEndpoint is null)
            .ToList();
        // What is asked for first, or it might be picked for somebody else.
        foreach (var port in endpoints.SelectMany(one => new[] { one.endpoint.Port, one.endpoint.TargetPort }).OfType<int>())
        {
            PortPicker.Reserve(port);
        }
        foreach (var (resource, endpoint) in endpoints)
        {
            Allocate(resource, endpoint, randomize);
        }
    }

    /// <summary>Ports of a process that somebody else listens on, each with the endpoint and the resource that want it.</summary>
    public static IEnumerable<string> Conflicts(IResource resource, int instance) =>
        from endpoint in resource.Annotations.OfType<EndpointAnnotation>()
        where endpoint.Protocol == ProtocolType.Tcp && instance < endpoint.TargetPorts.Count
        let port = endpoint.TargetPorts[instance]
        where !PortPicker.IsFree(port)
        select DescribeConflict(resource, endpoint, port);

    public static string DescribeConflict(IResource resource, EndpointAnnotation endpoint, int port) =>
        string.Create(
            CultureInfo.InvariantCulture,
            $"Port {port} of endpoint '{endpoint.Name}' of resource '{resource.Name}' is in use by {PortOwner.Describe(port)}."
        );

    /// <summary>Whether a program told that host listens on every address of the machine.</summary>
    public static bool IsAnyHost(string host) => AnyHosts.Contains(host);

    private static void Allocate(IResourceWithEndpoints resource, EndpointAnnotation endpoint, bool randomize)
    {
        var replicas = resource.GetReplicaCount();
        if (EndpointProxies.IsProxied(resource, endpoint))
        {
            var port = (randomize ? null : endpoint.Port) ?? PortPicker.Pick();
            endpoint.TargetPorts = [.. Enumerable.Range(0, replicas).Select(_ => endpoint.TargetPort ?? PortPicker.Pick())];
            Set(port, replicas == 1 ? endpoint.TargetPorts[0].ToString(CultureInfo.InvariantCulture) : InstanceValues.PortPlaceholder(resource, endpoint));
        }
        else
        {
            var port = endpoint.TargetPort ?? endpoint.Port ?? PortPicker.Pick();
            endpoint.TargetPorts = [.. Enumerable.Repeat(port, replicas)];
            Set(port, port.ToString(CultureInfo.InvariantCulture));
        }

        void Set(int port, string targetPort) =>
            endpoint.AllocatedEndpoint = new AllocatedEndpoint(
                endpoint,
                IsAnyHost(endpoint.TargetHost) ? "localhost" : endpoint.TargetHost,
                port,
                IsAnyHost(endpoint.TargetHost) ? EndpointBindingMode.DualStackAnyAddresses : EndpointBindingMode.SingleAddress,
                targetPort
            );
    }
}

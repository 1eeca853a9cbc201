using System.Net;
using System.Net.Sockets;
using Aspire.Hosting.ApplicationModel;
using Aspire.Hosting.Orchestration;

namespace Aspire.Hosting.Proxies;

/// <summary>
/// The proxies of an application: one for each TCP endpoint of a process, unless the endpoint asks for none. They live in the AppHost's
/// own process, so they are gone with it.
/// </summary>
internal sealed class EndpointProxies : IDisposable
{
    private const string AnyAddress = "0.0.0.0";

    private readonly List<(IResource Resource, EndpointAnnotation Endpoint, EndpointProxy Proxy)> _proxies = [];

    /// <summary>Whether others reach the endpoint through a proxy.</summary>
    public static bool IsProxied(IResource resource, EndpointAnnotation endpoint) =>
        endpoint.IsProxied && endpoint.Protocol == ProtocolType.Tcp && resource is ProjectResource or ExecutableResource;

    /// <summary>Begins to listen on the ports that the endpoints of a resource were given.</summary>
    /// <returns>What keeps it from listening, for each endpoint where something does.</returns>
    public IReadOnlyList<string> Listen(IResource resource)
    {
        var refusals = new List<string>();
        foreach (var endpoint in resource.Annotations.OfType<EndpointAnnotation>().Where(endpoint => IsProxied(resource, endpoint)))
        {
            var port = endpoint.AllocatedEndpoint!.Port;
            try
            {
                _proxies.Add((resource, endpoint, EndpointProxy.Listen(ListenAddresses(endpoint.TargetHost), port)));
            }
            catch (SocketException)
            {
                refusals.Add(EndpointAllocation.DescribeConflict(resource, endpoint, port));
            }
        }
        return refusals;
    }

    /// <summary>A process of the resource is being started.</summary>
    public void Add(IResource resource, int instance)
    {
        foreach (var (_, endpoint, proxy) in _proxies.Where(proxy => ReferenceEquals(proxy.Resource, resource)))
        {
            proxy.Add(new ProxyTarget(instance, ConnectAddresses(endpoint.TargetHost), endpoint.TargetPorts[instance]));
        }
    }

    /// <summary>A process of the resource has ended.</summary>
    public void Remove(IResource resource, int instance)
    {
        foreach (var (_, _, proxy) in _proxies.Where(proxy => ReferenceEquals(proxy.Resource, resource)))
        {
            proxy.Remove(instance);
        }
    }

    public void Dispose()
    {
        foreach (var (_, _, proxy) in _proxies)
        {
            proxy.Dispose();
        }
        _proxies.Clear();
    }

    /// <summary>The addresses that a program listens on when it is told that host.</summary>
    private static IPAddress[] ListenAddresses(string host) =>
        EndpointAllocation.IsAnyHost(host) ? (Socket.OSSupportsIPv6 && host != AnyAddress ? [IPAddress.Any, IPAddress.IPv6Any] : [IPAddress.Any])
        : IPAddress.TryParse(host, out var address) ? [address]
        : PortPicker.LoopbackAddresses;

    private static IPAddress[] ConnectAddresses(string host) =>
        IPAddress.TryParse(host, out var address) && !EndpointAllocation.IsAnyHost(host) ? [address] : PortPicker.LoopbackAddresses;
}

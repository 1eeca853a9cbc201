using System.Net;
using Aspire.Hosting.ApplicationModel;

namespace KvStore.Hosting;

/// <summary>
/// Ports of nodes. Without a proxy the port that others connect to is the one a node listens on, so it must be known before
/// anything starts.
/// </summary>
internal static class NodePorts
{
    // What a node that is deployed listens on, unless the AppHost says otherwise: a node's own defaults.
    private const int PublishedHttpPort = 8001;
    private const int PublishedGrpcPort = 9001;

    /// <summary>The first node gets this port, each further node the next.</summary>
    public static void Fix(KvStoreResource cluster, string endpointName, int? first)
    {
        if (first is { } port)
        {
            Bounds.Check(
                port,
                1,
                IPEndPoint.MaxPort - cluster.Nodes.Count + 1,
                $"The {endpointName} port of the first node of cluster '{cluster.Name}'",
                parameter: endpointName
            );
        }
        foreach (var (index, node) in cluster.Nodes.Index())
        {
            node.GetEndpoint(endpointName).EndpointAnnotation.Port = first + index;
        }
    }

    /// <summary>Chooses ports where nobody has.</summary>
    public static void Complete(KvStoreResource cluster, bool isRun)
    {
        foreach (var endpoint in cluster.Nodes.SelectMany(node => node.Annotations.OfType<EndpointAnnotation>()))
        {
            if (endpoint is { IsProxied: false, Port: null })
            {
                endpoint.Port =
                    isRun ? FreePorts.Take()
                    : endpoint.Name == KvStoreResource.GrpcEndpointName ? PublishedGrpcPort
                    : PublishedHttpPort;
            }
        }
    }
}

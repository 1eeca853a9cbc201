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
        Check(cluster, endpointName, first, cluster.AllNodes.Count);
        cluster.FirstPorts[endpointName] = first;
        foreach (var (index, node) in cluster.AllNodes.Index())
        {
            node.GetEndpoint(endpointName).EndpointAnnotation.Port = first + index;
        }
    }

    /// <summary>Refuses nodes that would have no ports.</summary>
    public static void CheckRoom(KvStoreResource cluster, int count)
    {
        foreach (var (endpointName, first) in cluster.FirstPorts)
        {
            Check(cluster, endpointName, first, count);
        }
    }

    /// <summary>Gives a node that was added last the ports that follow those of the others.</summary>
    public static void FixLast(KvStoreResource cluster)
    {
        foreach (var (endpointName, first) in cluster.FirstPorts)
        {
            cluster.AllNodes[^1].GetEndpoint(endpointName).EndpointAnnotation.Port = first + cluster.AllNodes.Count - 1;
        }
    }

    /// <summary>Chooses ports where nobody has.</summary>
    public static void Complete(KvStoreResource cluster, bool isRun)
    {
        foreach (var endpoint in cluster.AllNodes.SelectMany(node => node.Annotations.OfType<EndpointAnnotation>()))
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

    private static void Check(KvStoreResource cluster, string endpointName, int? first, int count)
    {
        if (first is { } port)
        {
            Bounds.Check(
                port,
                1,
                IPEndPoint.MaxPort - count + 1,
                $"The {endpointName} port of the first node of cluster '{cluster.Name}'",
                parameter: endpointName
            );
        }
    }
}

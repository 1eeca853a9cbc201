using System.Globalization;
using Aspire.Hosting.ApplicationModel;

namespace KvStore.Hosting;

/// <summary>What a node is told by its environment. Every node is told the same seeds: all nodes but spare ones, of which the first forms the cluster.</summary>
internal static class NodeEnvironment
{
    public static void Set(EnvironmentCallbackContext context, KvStoreResource cluster, ProjectResource node)
    {
        var variables = context.EnvironmentVariables;
        variables["KvStore__Cluster"] = cluster.Name;
        variables["KvStore__Name"] = node.Name;
        variables["KvStore__Replication"] = cluster.Replication.ToString(CultureInfo.InvariantCulture);
        variables["KvStore__HttpAddress"] = node.GetEndpoint(KvStoreResource.HttpEndpointName);
        variables["KvStore__GrpcAddress"] = node.GetEndpoint(KvStoreResource.GrpcEndpointName);
        foreach (var (index, seed) in cluster.Nodes.Index())
        {
            variables[$"KvStore__Seeds__{index}"] = seed.GetEndpoint(KvStoreResource.GrpcEndpointName);
        }

        // Where data lies when the nodes are deployed is not known here.
        if (context.ExecutionContext.IsRunMode && cluster.DataDirectory is { } directory)
        {
            variables["KvStore__DataDirectory"] = Path.Combine(directory, node.Name);
        }
    }
}

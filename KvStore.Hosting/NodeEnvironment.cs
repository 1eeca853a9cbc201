using System.Globalization;
using Aspire.Hosting.ApplicationModel;

namespace KvStore.Hosting;

/// <summary>What a node is told by its environment. Every node is told the same members: they are the cluster's first epoch.</summary>
internal static class NodeEnvironment
{
    public static void Set(EnvironmentCallbackContext context, KvStoreResource cluster, ProjectResource node)
    {
        var variables = context.EnvironmentVariables;
        variables["KvStore__Cluster"] = cluster.Name;
        variables["KvStore__Name"] = node.Name;
        variables["KvStore__Replication"] = cluster.Replication.ToString(CultureInfo.InvariantCulture);
        foreach (var (index, member) in cluster.Nodes.Index())
        {
            variables[$"KvStore__Members__{index}__Name"] = member.Name;
            variables[$"KvStore__Members__{index}__Http"] = member.GetEndpoint(KvStoreResource.HttpEndpointName);
            variables[$"KvStore__Members__{index}__Grpc"] = member.GetEndpoint(KvStoreResource.GrpcEndpointName);
        }

        // Where data lies when the nodes are deployed is not known here.
        if (context.ExecutionContext.IsRunMode && cluster.DataDirectory is { } directory)
        {
            variables["KvStore__DataDirectory"] = Path.Combine(directory, node.Name);
        }
    }
}

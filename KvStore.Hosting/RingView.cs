using Aspire.Hosting;
using Aspire.Hosting.ApplicationModel;

namespace KvStore.Hosting;

/// <summary>The web page of a cluster. It does not wait until nodes are healthy, because it also shows those that are not.</summary>
internal static class RingView
{
    private const string BrowserTokenKey = "AppHost:BrowserToken";

    public static IResourceBuilder<ProjectResource> Add(IResourceBuilder<KvStoreResource> cluster, string name)
    {
        var builder = cluster.ApplicationBuilder;
        var nodes = cluster.Resource.Nodes.Select(builder.CreateResourceBuilder).ToList();
        var view = builder
            .AddProject<RingViewProject>(name, launchProfileName: null)
            .WithHttpEndpoint()
            .WithExternalHttpEndpoints()
            .WithParentRelationship(cluster.Resource)
            .WaitForStart(nodes[0]);
        foreach (var node in nodes)
        {
            view.WithReference(node.GetEndpoint(KvStoreResource.HttpEndpointName))
                .WithReference(node.GetEndpoint(KvStoreResource.GrpcEndpointName));
        }
        ClusterComposition.PassEnvironmentName(view);

        // Who may see the dashboard may see the page: it can do more. Without a dashboard there is no token, and the page is this machine's.
        if (builder.ExecutionContext.IsRunMode && builder.Configuration[BrowserTokenKey] is { Length: > 0 } token)
        {
            view.WithEnvironment("KvStore__BrowserToken", token)
                .WithUrlForEndpoint("http", url => url.Url = $"{url.Url.TrimEnd('/')}/login?t={token}");
        }
        return view;
    }
}

using Aspire.Hosting.ApplicationModel;
using KvStore.Hosting;

namespace Aspire.Hosting;

/// <summary>A KvStore cluster in an AppHost: <c>builder.AddKvStore("kv", nodes: 3)</c>.</summary>
public static class KvStoreBuilderExtensions
{
    private const int ReplicationByDefault = 3;

    /// <summary>
    /// Adds a cluster. Its nodes are projects below it, each with endpoints <c>http</c> (REST, health) and <c>grpc</c> without a
    /// proxy, because a member is known to the others by the very address it listens on. Unless told otherwise it has free ports,
    /// replication 3 or as many as there are nodes, and data that is thrown away when the AppHost ends.
    /// </summary>
    /// <param name="builder">Of the AppHost.</param>
    /// <param name="name">Name of the resource, of its connection string and of the cluster.</param>
    /// <param name="nodes">1 to <see cref="KvStoreResource.NodesMax"/>.</param>
    /// <param name="nodePrefix">What the names of nodes begin with, before their numbers from 1 on; <c>{name}-node</c> if null.</param>
    /// <exception cref="ArgumentOutOfRangeException">There are too few or too many nodes.</exception>
    /// <exception cref="DistributedApplicationException">A node would be named like another resource.</exception>
    public static IResourceBuilder<KvStoreResource> AddKvStore(
        this IDistributedApplicationBuilder builder,
        [ResourceName] string name,
        int nodes = 3,
        string? nodePrefix = null
    )
    {
        ArgumentNullException.ThrowIfNull(builder);
        Bounds.Check(nodes, 1, KvStoreResource.NodesMax, $"The number of nodes of cluster '{name}'");
        return ClusterComposition.Add(
            builder,
            new KvStoreResource(name) { Replication = Math.Min(nodes, ReplicationByDefault), NodePrefix = nodePrefix ?? $"{name}-node" },
            nodes
        );
    }

    /// <summary>
    /// Adds nodes that are not started with the AppHost: each joins the cluster when somebody starts it, and goes again by its command
    /// <c>leave</c>. Numbers and fixed ports go on after those of the other nodes, whose first members are its seeds. Nothing waits for
    /// spare nodes and no connection string names them; one with data of an earlier run is started with the others.
    /// In publish mode they are nodes like the others.
    /// </summary>
    /// <param name="builder">Of the cluster.</param>
    /// <param name="count">0 to <see cref="KvStoreResource.SpareNodesMax"/>, in all.</param>
    /// <exception cref="ArgumentOutOfRangeException">There are too many, or no ports for them.</exception>
    /// <exception cref="DistributedApplicationException">A node would be named like another resource.</exception>
    public static IResourceBuilder<KvStoreResource> WithSpareNodes(this IResourceBuilder<KvStoreResource> builder, int count)
    {
        ArgumentNullException.ThrowIfNull(builder);
        var cluster = builder.Resource;
        var present = cluster.SpareNodes.Count;
        Bounds.Check(
            count,
            0,
            KvStoreResource.SpareNodesMax - present,
            $"The number of spare nodes of cluster '{cluster.Name}'",
            present == 0 ? "" : $" It has {present} already."
        );
        ClusterComposition.AddSpareNodes(builder, count);
        return builder;
    }

    /// <summary>How many nodes own each key. It is part of what data is written with: a node refuses data of another replication.</summary>
    /// <param name="builder">Of the cluster.</param>
    /// <param name="replication">1 to the number of nodes.</param>
    /// <exception cref="ArgumentOutOfRangeException">There are not so many nodes.</exception>
    public static IResourceBuilder<KvStoreResource> WithReplication(this IResourceBuilder<KvStoreResource> builder, int replication)
    {
        ArgumentNullException.ThrowIfNull(builder);
        var cluster = builder.Resource;
        Bounds.Check(
            replication,
            1,
            cluster.Nodes.Count,
            $"The replication of cluster '{cluster.Name}'",
            $" It has {cluster.Nodes.Count} {(cluster.Nodes.Count == 1 ? "node" : "nodes")}."
        );
        cluster.Replication = replication;
        return builder;
    }

    /// <summary>Gives the nodes fixed ports: the first node these, each further node the next. What is null stays free.</summary>
    /// <param name="builder">Of the cluster.</param>
    /// <param name="http">Where the first node serves REST.</param>
    /// <param name="grpc">Where the first node serves gRPC.</param>
    /// <exception cref="ArgumentOutOfRangeException">There are no such ports for all nodes.</exception>
    public static IResourceBuilder<KvStoreResource> WithHostPorts(this IResourceBuilder<KvStoreResource> builder, int? http, int? grpc)
    {
        ArgumentNullException.ThrowIfNull(builder);
        NodePorts.Fix(builder.Resource, KvStoreResource.HttpEndpointName, http);
        NodePorts.Fix(builder.Resource, KvStoreResource.GrpcEndpointName, grpc);
        return builder;
    }

    /// <summary>
    /// Keeps the nodes' data in a directory of the machine, in one named like the node for each. Nodes are processes here and mount
    /// nothing: they use the directory itself. In publish mode it is up to the deployment.
    /// </summary>
    /// <param name="builder">Of the cluster.</param>
    /// <param name="source">A relative path counts from the AppHost's directory.</param>
    public static IResourceBuilder<KvStoreResource> WithDataBindMount(this IResourceBuilder<KvStoreResource> builder, string source)
    {
        ArgumentNullException.ThrowIfNull(builder);
        ArgumentException.ThrowIfNullOrWhiteSpace(source);
        builder.Resource.DataDirectory = Path.GetFullPath(source, builder.ApplicationBuilder.AppHostDirectory);
        return builder;
    }

    /// <summary>
    /// Keeps the nodes' data between runs in a directory below the user's local application data (<c>~/.local/share/KvStore</c> on
    /// Linux), in one named like the node for each. In publish mode it is up to the deployment.
    /// </summary>
    /// <param name="builder">Of the cluster.</param>
    /// <param name="name">Of the directory; AppHosts that give the same share it. If null, one that belongs to this AppHost alone.</param>
    /// <exception cref="ArgumentException">The name cannot be that of a directory.</exception>
    public static IResourceBuilder<KvStoreResource> WithDataVolume(this IResourceBuilder<KvStoreResource> builder, string? name = null)
    {
        ArgumentNullException.ThrowIfNull(builder);
        builder.Resource.DataDirectory = VolumeDirectories.PathOf(name, builder.ApplicationBuilder.AppHostDirectory);
        return builder;
    }

    /// <summary>Says more of every node: environment, arguments, annotations. A node's options are variables <c>KvStore__…</c>.</summary>
    /// <param name="builder">Of the cluster.</param>
    /// <param name="configure">Called once for each node, in the order of their numbers, and for each spare node added later.</param>
    public static IResourceBuilder<KvStoreResource> WithNodes(
        this IResourceBuilder<KvStoreResource> builder,
        Action<IResourceBuilder<ProjectResource>> configure
    )
    {
        ArgumentNullException.ThrowIfNull(builder);
        ArgumentNullException.ThrowIfNull(configure);
        builder.Resource.SaidOfNodes.Add(configure);
        foreach (var node in builder.Resource.AllNodes)
        {
            configure(builder.ApplicationBuilder.CreateResourceBuilder(node));
        }
        return builder;
    }

    /// <summary>Adds the web page that shows the ring, the members and the keys of the cluster, as a project below it.</summary>
    /// <param name="builder">Of the cluster.</param>
    /// <param name="configureView">Says more of the page's project, whose one endpoint is called <c>http</c>.</param>
    /// <param name="name">Of the page's resource; <c>{cluster}-web</c> if null.</param>
    public static IResourceBuilder<KvStoreResource> WithRingView(
        this IResourceBuilder<KvStoreResource> builder,
        Action<IResourceBuilder<ProjectResource>>? configureView = null,
        string? name = null
    )
    {
        ArgumentNullException.ThrowIfNull(builder);
        var view = RingView.Add(builder, name ?? $"{builder.Resource.Name}-web");
        configureView?.Invoke(view);
        return builder;
    }
}

using System.Globalization;
using Aspire.Hosting;
using Aspire.Hosting.ApplicationModel;
using Microsoft.Extensions.DependencyInjection;
using Microsoft.Extensions.DependencyInjection.Extensions;
using Microsoft.Extensions.Diagnostics.HealthChecks;

namespace KvStore.Hosting;

/// <summary>
/// What AddKvStore puts into the model. Who calls: <see cref="KvStoreBuilderExtensions"/>, once a cluster.
///
/// The With… methods come later and in any order. So nothing is read here that they set: the environment of nodes is made when a
/// node starts, and ports and directories that nobody gave are chosen before anything starts.
/// </summary>
internal static class ClusterComposition
{
    private static readonly TimeSpan HealthCheckTime = TimeSpan.FromSeconds(5);

    public static IResourceBuilder<KvStoreResource> Add(
        IDistributedApplicationBuilder builder,
        KvStoreResource resource,
        int nodes
    )
    {
        IReadOnlyList<string> names = [.. Enumerable.Range(1, nodes).Select(number => NameOf(resource, number))];
        RefuseTaken(builder, resource, [resource.Name, .. names]);
        var cluster = builder
            .AddResource(resource)
            .WithInitialState(new() { ResourceType = "KvStore", Properties = [], State = KnownResourceStates.Starting })
            .WithManifestPublishingCallback(context =>
            {
                context.Writer.WriteString("type", "value.v0");
                context.WriteConnectionString(resource);
            })
            .OnInitializeResource(ClusterLife.FollowAsync);
        foreach (var name in names)
        {
            AddNode(cluster, name, resource.Add);
        }
        AddHealthCheck(cluster);
        ClusterCommands.Add(cluster);
        builder.Services.TryAddSingleton<EphemeralDirectories>();
        builder.OnBeforeStart((beforeStart, _) => CompleteAsync(resource, beforeStart, builder.ExecutionContext.IsRunMode));
        return cluster;
    }

    /// <summary>Nodes like the others, with numbers after theirs, that somebody has to start.</summary>
    public static void AddSpareNodes(IResourceBuilder<KvStoreResource> cluster, int count)
    {
        var resource = cluster.Resource;
        var before = resource.AllNodes.Count;
        IReadOnlyList<string> names = [.. Enumerable.Range(before + 1, count).Select(number => NameOf(resource, number))];
        RefuseTaken(cluster.ApplicationBuilder, resource, names);
        NodePorts.CheckRoom(resource, before + count);
        foreach (var name in names)
        {
            var node = AddNode(cluster, name, resource.AddSpare).WithExplicitStart();
            NodePorts.FixLast(resource);
            resource.SaidOfNodes.ForEach(say => say(node));
        }
    }

    /// <summary>The AppHost's environment, which a project without a launch profile would otherwise not have.</summary>
    public static void PassEnvironmentName(IResourceBuilder<ProjectResource> project)
    {
        var builder = project.ApplicationBuilder;
        if (builder.ExecutionContext.IsRunMode)
        {
            project.WithEnvironment("ASPNETCORE_ENVIRONMENT", builder.Environment.EnvironmentName);
        }
    }

    private static string NameOf(KvStoreResource cluster, int number) =>
        string.Create(CultureInfo.InvariantCulture, $"{cluster.NodePrefix}{number}");

    private static void RefuseTaken(IDistributedApplicationBuilder builder, KvStoreResource cluster, IReadOnlyList<string> names)
    {
        foreach (var name in names)
        {
            if (builder.Resources.Any(present => string.Equals(present.Name, name, StringComparison.OrdinalIgnoreCase)))
            {
                throw new DistributedApplicationException(
                    name == cluster.Name
                        ? $"A cluster cannot be named '{name}': there is a resource of that name."
                        : $"A node of cluster '{cluster.Name}' cannot be named '{name}': there is a resource of that name. Give AddKvStore another nodePrefix."
                );
            }
        }
    }

    private static IResourceBuilder<ProjectResource> AddNode(
        IResourceBuilder<KvStoreResource> cluster,
        string name,
        Action<ProjectResource> add
    )
    {
        var node = cluster
            .ApplicationBuilder.AddProject<NodeProject>(name, launchProfileName: null)
            .WithHttpEndpoint(name: KvStoreResource.HttpEndpointName, env: "KvStore__HttpPort", isProxied: false)
            .WithEndpoint(scheme: "http", name: KvStoreResource.GrpcEndpointName, env: "KvStore__GrpcPort", isProxied: false)
            .WithEndpoint(KvStoreResource.GrpcEndpointName, endpoint => endpoint.Transport = "http2")
            .WithHttpHealthCheck("/health", endpointName: KvStoreResource.HttpEndpointName)
            .WithParentRelationship(cluster.Resource);
        add(node.Resource);
        node.WithEnvironment(context => NodeEnvironment.Set(context, cluster.Resource, node.Resource));
        PassEnvironmentName(node);
        MembershipCommands.Add(cluster.Resource, node);
        return node;
    }

    private static void AddHealthCheck(IResourceBuilder<KvStoreResource> cluster)
    {
        var key = $"{cluster.Resource.Name}_check";
        var services = cluster.ApplicationBuilder.Services;
        services.AddKeyedSingleton(key, (_, _) => new ClusterHealthCheck(cluster.Resource));
        services
            .AddHealthChecks()
            .Add(new HealthCheckRegistration(key, provider => provider.GetRequiredKeyedService<ClusterHealthCheck>(key), null, null, HealthCheckTime));
        cluster.WithHealthCheck(key);
    }

    private static Task CompleteAsync(KvStoreResource cluster, BeforeStartEvent beforeStart, bool isRun)
    {
        NodePorts.Complete(cluster, isRun);
        if (isRun)
        {
            cluster.DataDirectory ??= beforeStart.Services.GetRequiredService<EphemeralDirectories>().Make(cluster.Name);
        }

        // A cluster that waits is one whose nodes wait.
        foreach (var wait in cluster.Annotations.OfType<WaitAnnotation>())
        {
            foreach (var node in cluster.AllNodes)
            {
                node.Annotations.Add(wait);
            }
        }
        return Task.CompletedTask;
    }
}

using KvStore.AppHost;
using Microsoft.Extensions.DependencyInjection;

// The whole demo: N nodes that form one cluster, and the web page that shows it.
//   dotnet run --project KvStore.AppHost -- [--nodes 5] [--replication 3] [--data <directory> | --ephemeral] [--ports fixed|free]
if (!DemoOptions.TryRead(args, out var demo, out var refusal))
{
    Console.Error.WriteLine(refusal);
    return 2;
}

var builder = DistributedApplication.CreateBuilder(args);
builder.Services.AddHostedService<TypedCommands>();
using var data = DemoDirectories.Open(demo, builder.AppHostDirectory);

var cluster = builder
    .AddResource(new ClusterResource("cluster"))
    .WithInitialState(new() { ResourceType = "Cluster", Properties = [], State = KnownResourceStates.Running })
    .ExcludeFromManifest();

var nodes = new List<IResourceBuilder<ProjectResource>>();
for (var number = 1; number <= demo.Nodes; number++)
{
    // Without a proxy, because a member is known to the others by the very address it listens on.
    var name = $"node{number}";
    var node = builder
        .AddProject<Projects.KvStore_Node>(name, launchProfileName: null)
        .WithHttpEndpoint(port: demo.HttpPort(number), name: "http", env: "KvStore__HttpPort", isProxied: false)
        .WithEndpoint(port: demo.GrpcPort(number), scheme: "http", name: "grpc", env: "KvStore__GrpcPort", isProxied: false)
        .WithEndpoint("grpc", endpoint => endpoint.Transport = "http2")
        .WithHttpHealthCheck("/health", endpointName: "http")
        .WithEnvironment("KvStore__Cluster", "demo")
        .WithEnvironment("KvStore__Name", name)
        .WithEnvironment("KvStore__Replication", demo.Replication.ToString())
        .WithParentRelationship(cluster);
    if (builder.ExecutionContext.IsRunMode)
    {
        node.WithEnvironment("KvStore__DataDirectory", data.DirectoryOf(name))
            .WithEnvironment("ASPNETCORE_ENVIRONMENT", builder.Environment.EnvironmentName);
    }
    nodes.Add(node);
}

// Every node is told the same members: they are the cluster's first epoch.
foreach (var node in nodes)
{
    for (var index = 0; index < nodes.Count; index++)
    {
        var member = nodes[index];
        node.WithEnvironment($"KvStore__Members__{index}__Name", member.Resource.Name)
            .WithEnvironment($"KvStore__Members__{index}__Http", member.GetEndpoint("http"))
            .WithEnvironment($"KvStore__Members__{index}__Grpc", member.GetEndpoint("grpc"));
    }
}

var web = builder
    .AddProject<Projects.KvStore_Web>("web", launchProfileName: null)
    .WithHttpEndpoint(port: demo.WebPort)
    .WithExternalHttpEndpoints()
    .WaitForStart(nodes[0]);
foreach (var node in nodes)
{
    web.WithReference(node.GetEndpoint("http")).WithReference(node.GetEndpoint("grpc"));
}
if (builder.ExecutionContext.IsRunMode)
{
    web.WithEnvironment("ASPNETCORE_ENVIRONMENT", builder.Environment.EnvironmentName);
}

try
{
    await builder.Build().RunAsync();
    return 0;
}
catch (DistributedApplicationException e)
{
    Console.Error.WriteLine(e.Message);
    return 1;
}

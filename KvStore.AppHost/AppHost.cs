using KvStore.AppHost;
using Microsoft.Extensions.DependencyInjection;

// The whole demo: N nodes that form one cluster, spare ones that join when they are started, the web page that shows it, and the dashboard, which shows what all of them tell.
//   dotnet run --project KvStore.AppHost -- [--nodes 5] [--spares 3] [--replication 3] [--data <directory> | --ephemeral] [--ports fixed|free] [--no-dashboard]
if (!DemoOptions.TryRead(args, out var demo, out var refusal))
{
    Console.Error.WriteLine(refusal);
    return 2;
}

var builder = DistributedApplication.CreateBuilder(
    new DistributedApplicationOptions
    {
        Args = [.. args, .. demo.HostArguments],
        DisableDashboard = demo.HasNoDashboard,
        DashboardApplicationName = "KvStore",
    }
);
builder.Services.AddHostedService<TypedCommands>();

// Of the next node.
var redisPort = demo.RedisPort;
var cluster = builder
    .AddKvStore("demo", demo.Nodes, nodePrefix: "node")
    .WithSpareNodes(demo.Spares)
    .WithReplication(demo.Replication)
    .WithHostPorts(demo.HttpPort, demo.GrpcPort)
    .WithNodes(node =>
    {
        node.WithEndpoint(port: redisPort++, scheme: "tcp", name: "redis", env: "KvStore__Resp__Port", isProxied: false);

        // Whoever kills a node here wants to see what the others make of it. Deployed, they wait as long as they do by default.
        if (builder.ExecutionContext.IsRunMode)
        {
            node.WithEnvironment("KvStore__FailureHardDead", "30s").WithEnvironment("KvStore__AllowFaults", "true");
        }
    })
    .WithRingView(
        web =>
        {
            web.WithEndpoint("http", http => http.Port = demo.WebPort);
            if (builder.ExecutionContext.IsRunMode)
            {
                web.WithEnvironment("KvStore__AllowFaults", "true");
            }

            // Where a request that was followed can be looked up.
            if (builder.ExecutionContext.IsRunMode && !demo.HasNoDashboard)
            {
                web.WithEnvironment(context => context.EnvironmentVariables["KvStore__Dashboard"] = (builder.Configuration["ASPNETCORE_URLS"] ?? "").Split(';')[0]);
            }
        },
        name: "web"
    );
if (demo.Data is { } directory)
{
    cluster.WithDataBindMount(directory);
}
else if (!demo.IsEphemeral)
{
    cluster.WithDataVolume();
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

using System.Diagnostics;
using System.Net;
using System.Net.Http;
using Aspire.Hosting;
using Aspire.Hosting.ApplicationModel;
using Aspire.Hosting.Testing;
using KvStore.Client;
using Microsoft.Extensions.Configuration;
using Microsoft.Extensions.DependencyInjection;
using Microsoft.Extensions.Logging;

namespace KvStore.Tests.Cluster;

/// <summary>
/// The demo of KvStore.AppHost as it runs for people, with three nodes that are processes of their own, on free ports and
/// data of the test's. Nothing of it is left when it is disposed of, except the data.
/// </summary>
internal sealed class RunningCluster : IAsyncDisposable
{
    public const int Replication = 3;

    private const string PageName = "web";
    private const int LogLinesMax = 40;

    /// <summary>How long an operation may take: a node's own default.</summary>
    private static readonly TimeSpan RequestTimeout = TimeSpan.FromSeconds(10);

    private readonly DistributedApplication _app;
    private readonly Dictionary<string, HttpClient> _http = [];
    private readonly Dictionary<string, KvClient> _grpc = [];

    private RunningCluster(DistributedApplication app) => _app = app;

    public static IReadOnlyList<string> Nodes { get; } = ["node1", "node2", "node3"];

    /// <summary>Starts the nodes and waits until all are healthy and know each other.</summary>
    /// <param name="dataDirectory">Holds one directory a node; may have been used by an earlier cluster.</param>
    /// <param name="environment">Set for every node.</param>
    /// <param name="withPage">Whether the web page is started too.</param>
    /// <param name="spares">Nodes that join when they are started, with the numbers after the others'.</param>
    public static async Task<RunningCluster> StartAsync(
        string dataDirectory, IReadOnlyDictionary<string, string> environment, CancellationToken cancellationToken, bool withPage = false, bool withDashboard = false, int spares = 0)
    {
        string[] arguments =
            ["--nodes", $"{Nodes.Count}", "--spares", $"{spares}", "--replication", $"{Replication}", "--ports", "free", "--data", dataDirectory];
        IDistributedApplicationTestingBuilder builder =
            await DistributedApplicationTestingBuilder.CreateAsync<Projects.KvStore_AppHost>(
                arguments, (options, _) => options.DisableDashboard = !withDashboard, cancellationToken);

        // What nodes write is kept by resource and told when they fail.
        builder.Services.AddLogging(logging => logging.ClearProviders());
        if (!withPage)
        {
            builder.Resources.Remove(builder.Resources.Single(resource => resource.Name == PageName));
        }

        foreach (ProjectResource node in builder.Resources.OfType<ProjectResource>().Where(resource => resource.Name != PageName))
        {
            foreach ((string name, string value) in environment)
            {
                builder.CreateResourceBuilder(node).WithEnvironment(name, value);
            }
        }

        RunningCluster cluster = new(await builder.BuildAsync(cancellationToken)) { Configuration = builder.Configuration };
        try
        {
            await cluster._app.StartAsync(cancellationToken);
            await cluster.WaitUntilJoinedAsync("start", Nodes, cancellationToken);
            if (withPage)
            {
                await cluster.WaitUntilHealthyAsync("start", PageName, cancellationToken);
            }

            return cluster;
        }
        catch
        {
            await cluster.DisposeAsync();
            throw;
        }
    }

    /// <summary>The AppHost's: where its dashboard is, and what it takes to get in.</summary>
    public required IConfiguration Configuration { get; init; }

    /// <summary>A client of one node's REST.</summary>
    public HttpClient Http(string node) => _http[node];

    /// <summary>A client of one node's gRPC, which asks no other.</summary>
    public KvClient Grpc(string node) => _grpc[node];

    public Uri PageAddress => _app.GetEndpoint(PageName, "http");

    public Uri GrpcAddress(string node) => _app.GetEndpoint(node, "grpc");

    /// <summary>Where the node speaks the Redis protocol.</summary>
    public IPEndPoint RedisEndPoint(string node) => new(IPAddress.Loopback, _app.GetEndpoint(node, "redis").Port);

    public Uri HttpAddress(string node) => _app.GetEndpoint(node, "http");

    /// <summary>As a person gives it on the dashboard.</summary>
    public Task<ExecuteCommandResult> CommandAsync(string node, string command, CancellationToken cancellationToken) =>
        _app.ResourceCommands.ExecuteCommandAsync(node, command, cancellationToken);

    /// <summary>Whether a node's process runs, as far as the AppHost knows.</summary>
    public async Task<bool> IsRunningAsync(string node) =>
        (await StateAsync(node)).Snapshot.State?.Text == KnownResourceStates.Running;

    /// <summary>kill -9.</summary>
    public async Task KillAsync(string node, CancellationToken cancellationToken)
    {
        ResourceEvent running = await _app.ResourceNotifications.WaitForResourceAsync(
            node, change => change.Snapshot.State?.Text == KnownResourceStates.Running, cancellationToken);
        object? id = running.Snapshot.Properties.Single(property => property.Name == "executable.pid").Value;
        using (Process process = Process.GetProcessById(Convert.ToInt32(id, System.Globalization.CultureInfo.InvariantCulture)))
        {
            process.Kill();
        }

        await EndedAsync(node, cancellationToken);
    }

    /// <summary>Waits until the AppHost knows that a node has ended.</summary>
    public Task EndedAsync(string node, CancellationToken cancellationToken) => Eventually.EndsAsync(
        $"end of {node}",
        "an ended process",
        limit => _app.ResourceNotifications.WaitForResourceAsync(node, KnownResourceStates.TerminalStates, limit),
        () => DescribeAsync(node),
        cancellationToken);

    /// <summary>Starts a node that was killed, and waits until it is healthy and linked to the others that run.</summary>
    public async Task StartNodeAsync(string node, IReadOnlyList<string> running, CancellationToken cancellationToken)
    {
        await BeginNodeAsync(node, cancellationToken);
        await WaitUntilJoinedAsync($"start {node} again", running, cancellationToken);
    }

    /// <summary>Starts a node that was killed, and waits for nothing: it may never be healthy.</summary>
    public async Task BeginNodeAsync(string node, CancellationToken cancellationToken)
    {
        ExecuteCommandResult result =
            await _app.ResourceCommands.ExecuteCommandAsync(node, KnownResourceCommands.StartCommand, cancellationToken);
        if (!result.Success)
        {
            throw new InvalidOperationException($"{node} cannot be started again: {result.Message}");
        }
    }

    /// <summary>The names of the other members that a node has a link to, in order, with a comma between.</summary>
    public async Task<string> LinkedAsync(string node, CancellationToken cancellationToken)
    {
        MemberStatus status = await Grpc(node).Cluster.GetStatusAsync(cancellationToken);
        return string.Join(',', status.Peers.Where(peer => peer.Connected).Select(peer => peer.Name).Order(StringComparer.Ordinal));
    }

    public async ValueTask DisposeAsync()
    {
        foreach (IDisposable client in _http.Values.Concat<IDisposable>(_grpc.Values))
        {
            client.Dispose();
        }

        await _app.DisposeAsync();
    }

    private async Task WaitUntilJoinedAsync(string phase, IReadOnlyList<string> running, CancellationToken cancellationToken)
    {
        foreach (string node in running)
        {
            await WaitUntilHealthyAsync(phase, node, cancellationToken);
            _http.TryAdd(node, _app.CreateHttpClient(node, "http"));
            _grpc.TryAdd(node, new KvClient(new KvClientOptions { Endpoints = [GrpcAddress(node)], RequestTimeout = RequestTimeout }));
        }

        // A healthy node can serve; that the others have found it again takes a moment more.
        foreach (string node in running)
        {
            try
            {
                await Eventually.IsAsync(
                    $"{phase}: links of {node}",
                    string.Join(',', running.Where(other => other != node)),
                    limit => LinkedAsync(node, limit),
                    cancellationToken);
            }
            catch (TimeoutException failure)
            {
                throw new TimeoutException($"{failure.Message}; {await DescribeAsync(node)}", failure);
            }
        }
    }

    private Task WaitUntilHealthyAsync(string phase, string resource, CancellationToken cancellationToken) => Eventually.EndsAsync(
        phase,
        $"{resource} healthy",
        limit => WaitUntilHealthyAsync(resource, limit),
        () => DescribeAsync(resource),
        cancellationToken);

    private async Task<ResourceEvent> WaitUntilHealthyAsync(string node, CancellationToken cancellationToken)
    {
        try
        {
            return await _app.ResourceNotifications.WaitForResourceHealthyAsync(node, cancellationToken);
        }
        catch (DistributedApplicationException failure)
        {
            throw new InvalidOperationException($"{failure.Message} {await DescribeAsync(node)}", failure);
        }
    }

    /// <summary>How a node is and what it wrote last, for messages.</summary>
    public async Task<string> DescribeAsync(string node)
    {
        ResourceEvent now = await StateAsync(node);
        List<string> lines = [];
        await foreach (IReadOnlyList<LogLine> batch in _app.Services.GetRequiredService<ResourceLoggerService>().GetAllAsync(now.Resource))
        {
            lines.AddRange(batch.Select(line => line.Content));
        }

        string log = string.Join(Environment.NewLine, lines.TakeLast(LogLinesMax));
        return $"{node} is {now.Snapshot.State?.Text}, {now.Snapshot.HealthStatus}, exit code {now.Snapshot.ExitCode}. It wrote:{Environment.NewLine}{log}";
    }

    private Task<ResourceEvent> StateAsync(string node) => _app.ResourceNotifications.WaitForResourceAsync(node, _ => true, CancellationToken.None);
}

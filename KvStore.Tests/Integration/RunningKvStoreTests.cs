using System.Net;
using System.Net.Http;
using Aspire.Hosting;
using Aspire.Hosting.ApplicationModel;
using Aspire.Hosting.Testing;
using KvStore.Tests.Cluster;
using KvStore.Tests.StandIns.Aspire;
using KvStore.Tests.Storage;
using Microsoft.Extensions.DependencyInjection;
using Microsoft.Extensions.Diagnostics.HealthChecks;
using Microsoft.Extensions.Logging;
using Xunit;

namespace KvStore.Tests.Integration;

/// <summary>Clusters of other people's AppHosts, with nodes that are processes of their own.</summary>
[Collection(nameof(RealApplications))]
public sealed class RunningKvStoreTests
{
    private readonly CancellationToken _cancellation = TestContext.Current.CancellationToken;

    /// <summary>The sample is an application as others write it: an AppHost of ten lines, and a service with a client.</summary>
    [Fact]
    public async Task An_AppHost_of_ten_lines_runs_a_cluster_and_a_client_that_go_on_without_a_node()
    {
        Assert.SkipUnless(OperatingSystem.IsLinux(), "Processes are looked up in /proc.");
        List<int> started = [];
        await using (DistributedApplication app = await StartGreetingsAsync())
        {
            await HealthyAsync(app, "greetings");
            using HttpClient greetings = app.CreateHttpClient("greetings");
            await GreetAsync(greetings, "ann", "hello");
            foreach (string name in new[] { "kv-node1", "kv-node2", "kv-node3", "greetings" })
            {
                started.Add((await HealthyAsync(app, name)).ProcessId());
            }

            Assert.Equal("Healthy: Every slot has a serving majority.", await CheckAsync(app));
            await KillAsync(app, "kv-node1");
            await GreetAsync(greetings, "bob", "good evening");
            Assert.Equal("hello", await greetings.GetStringAsync(new Uri("/greetings/ann", UriKind.Relative), _cancellation));
            Assert.Equal("Healthy: Every slot has a serving majority. Not serving: kv-node1.", await CheckAsync(app));

            await KillAsync(app, "kv-node3");
            Assert.Equal("Unhealthy: 16384 slots have no serving majority. Not serving: kv-node1, kv-node3.", await CheckAsync(app));
        }

        foreach (int id in started)
        {
            await Processes.GoneAsync("after the end of the AppHost", id, _cancellation);
        }
    }

    [Fact]
    public async Task Who_refers_to_a_cluster_is_told_where_its_nodes_are()
    {
        await using TestApplication app = await TestApplication.StartAsync(builder =>
        {
            var kv = builder.AddKvStore("kv", nodes: 2).WithReplication(1).WithNodes(node => node.WithEnvironment("KvStore__LoadBound", "0.1"));
            builder.AddSample("user", SampleProgram.Service).WithHttpEndpoint(env: "SAMPLE_PORT").WithHttpHealthCheck("/health").WithReference(kv).WaitFor(kv);
        });
        Dictionary<string, string> environment = await app.EnvironmentAsync("user");

        string grpc = string.Join(',', Nodes("kv", 2).Select(node => Plain(app.Endpoint(node, "grpc"))));
        string http = string.Join(',', Nodes("kv", 2).Select(node => Plain(app.Endpoint(node, "http"))));
        Assert.Equal(
            (grpc, grpc, http),
            (environment["ConnectionStrings__kv"], environment["KV_ENDPOINTS"], environment["KV_HTTPENDPOINTS"])
        );
        Assert.Equal("Running - Healthy", await app.DescribeAsync("kv"));
    }

    [Fact]
    public async Task A_cluster_is_stopped_and_started_as_its_nodes_are_and_keeps_its_data_in_the_directory_given()
    {
        using TemporaryDirectory data = new();
        await using TestApplication app = await TestApplication.StartAsync(builder =>
            builder.AddKvStore("kv", nodes: 2).WithDataBindMount(data.Path)
        );
        await app.HealthyAsync("kv");

        Assert.True((await app.CommandAsync("kv", KnownResourceCommands.StopCommand)).Success);
        await app.StateAsync("kv", KnownResourceStates.Finished);
        await Task.WhenAll(Nodes("kv", 2).Select(node => app.StateAsync(node, KnownResourceStates.Finished)));
        Assert.Equal(["kv-node1", "kv-node2"], Directory.GetDirectories(data.Path).Select(Path.GetFileName).Order(StringComparer.Ordinal));

        Assert.True((await app.CommandAsync("kv", KnownResourceCommands.StartCommand)).Success);
        await app.HealthyAsync("kv");
        ResourceEvent[] before = await Task.WhenAll(Nodes("kv", 2).Select(app.HealthyAsync));
        Assert.True((await app.CommandAsync("kv", KnownResourceCommands.RestartCommand)).Success);
        ResourceEvent[] after = await Task.WhenAll(Nodes("kv", 2).Select(app.HealthyAsync));
        Assert.Empty(before.Select(node => node.ProcessId()).Intersect(after.Select(node => node.ProcessId())));
    }

    [Fact]
    public async Task A_cluster_that_waits_is_one_whose_nodes_wait()
    {
        await using TestApplication app = await TestApplication.StartAsync(builder =>
        {
            var first = builder.AddSample("first", SampleProgram.Prints, "said", "complained").WithExplicitStart();
            builder.AddKvStore("kv", nodes: 1).WaitFor(first);
        });
        await app.StateAsync("kv-node1", KnownResourceStates.Waiting);
        await app.StateAsync("kv", KnownResourceStates.Waiting);

        Assert.True((await app.CommandAsync("first", KnownResourceCommands.StartCommand)).Success);
        await app.HealthyAsync("kv");
    }

    [Fact]
    public async Task Two_clusters_side_by_side_are_two_and_data_that_nobody_asked_to_keep_is_gone_afterwards()
    {
        List<string> directories;
        await using (
            TestApplication app = await TestApplication.StartAsync(builder =>
            {
                builder.AddKvStore("one", nodes: 1);
                builder.AddKvStore("two", nodes: 1);
            })
        )
        {
            await app.HealthyAsync("one");
            await app.HealthyAsync("two");
            using HttpClient one = app.Client("one-node1", "http");
            using HttpClient two = app.Client("two-node1", "http");
            (await one.PutAsync(new Uri("/kv/a", UriKind.Relative), new StringContent("1"), _cancellation)).EnsureSuccessStatusCode();
            Assert.Equal(HttpStatusCode.NotFound, (await two.GetAsync(new Uri("/kv/a", UriKind.Relative), _cancellation)).StatusCode);
            directories = [.. app.Services.GetRequiredService<DistributedApplicationModel>().Resources.OfType<KvStoreResource>().Select(cluster => cluster.DataDirectory!)];
            Assert.Equal(2, directories.Distinct().Count(Directory.Exists));
        }

        Assert.DoesNotContain(directories, Directory.Exists);
    }

    private static IEnumerable<string> Nodes(string cluster, int count) => Enumerable.Range(1, count).Select(number => $"{cluster}-node{number}");

    private static string Plain(Uri address) => address.GetLeftPart(UriPartial.Authority);

    private async Task<DistributedApplication> StartGreetingsAsync()
    {
        IDistributedApplicationTestingBuilder builder =
            await DistributedApplicationTestingBuilder.CreateAsync<Projects.Greetings_AppHost>(_cancellation);
        builder.Services.AddLogging(logging => logging.ClearProviders());
        DistributedApplication app = await builder.BuildAsync(_cancellation);
        try
        {
            await app.StartAsync(_cancellation);
            return app;
        }
        catch
        {
            await app.DisposeAsync();
            throw;
        }
    }

    private Task<ResourceEvent> HealthyAsync(DistributedApplication app, string name) =>
        Eventually.EndsAsync(
            $"start {name}",
            "a healthy resource",
            limit => app.ResourceNotifications.WaitForResourceHealthyAsync(name, limit),
            () => Task.FromResult($"not healthy: {name}"),
            _cancellation
        );

    /// <summary>A put that meets the node's end may be unknown; the same again is the same.</summary>
    private async Task GreetAsync(HttpClient greetings, string name, string greeting)
    {
        Uri address = new($"/greetings/{name}", UriKind.Relative);
        await Eventually.IsAsync(
            $"greet {name}",
            HttpStatusCode.NoContent,
            async limit => (await greetings.PutAsync(address, new StringContent(greeting), limit)).StatusCode,
            _cancellation
        );
        Assert.Equal(greeting, await greetings.GetStringAsync(address, _cancellation));
    }

    private async Task KillAsync(DistributedApplication app, string node)
    {
        Processes.Kill((await HealthyAsync(app, node)).ProcessId());
        await Eventually.EndsAsync(
            $"kill {node}",
            "an ended process",
            limit => app.ResourceNotifications.WaitForResourceAsync(node, KnownResourceStates.TerminalStates, limit),
            () => Task.FromResult($"{node} runs"),
            _cancellation
        );
    }

    private async Task<string> CheckAsync(DistributedApplication app)
    {
        HealthReport report = await app.Services.GetRequiredService<HealthCheckService>().CheckHealthAsync(check => check.Name == "kv_check", _cancellation);
        HealthReportEntry entry = Assert.Single(report.Entries).Value;
        return $"{entry.Status}: {entry.Description}";
    }
}

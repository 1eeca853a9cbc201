using System.Net;
using System.Net.Sockets;
using Aspire.Hosting;
using Aspire.Hosting.ApplicationModel;
using Xunit;

namespace KvStore.Tests.StandIns.Aspire;

[Collection(nameof(RealApplications))]
public sealed class EndpointTests
{
    [Fact]
    public async Task Ports_nobody_asked_for_lie_outside_the_systems_range_and_differ()
    {
        await using var app = await TestApplication.StartAsync(builder =>
        {
            var resource = builder.AddSample("one", SampleProgram.Stubborn);
            for (var i = 0; i < 50; i++)
            {
                resource.WithEndpoint(name: $"e{i}", isProxied: i % 2 == 0);
            }
        });
        var ports = Enumerable.Range(0, 50).Select(i => app.Endpoint("one", $"e{i}").Port).ToList();
        Assert.Equal(50, ports.Distinct().Count());
        Assert.All(ports, port => Assert.InRange(port, 10_000, 32_000));
    }

    [Fact]
    public async Task Fixed_ports_are_kept_without_a_proxy_and_ignored_with_one_under_test()
    {
        var port = FreePorts.Take();
        await using var app = await TestApplication.StartAsync(builder =>
            builder
                .AddSample("one", SampleProgram.Stubborn)
                .WithHttpEndpoint(port: port, name: "fixed", isProxied: false)
                .WithHttpEndpoint(port: port, name: "proxied")
                .WithEndpoint(targetPort: FreePorts.Take(), name: "target", scheme: "tcp")
        );
        Assert.Equal((port, true), (app.Endpoint("one", "fixed").Port, app.Endpoint("one", "proxied").Port != port));
    }

    [Fact]
    public async Task A_port_in_use_is_named_with_its_endpoint_and_resource_before_anything_starts()
    {
        using var occupied = new TcpListener(IPAddress.Loopback, 0);
        occupied.Start();
        var port = ((IPEndPoint)occupied.LocalEndpoint).Port;
        var marker = Path.Combine(Path.GetTempPath(), $"started-{Guid.NewGuid():N}");

        var refused = await Assert.ThrowsAsync<DistributedApplicationException>(() =>
            TestApplication.StartAsync(builder =>
            {
                builder.AddExecutable("marks", "touch", Path.GetTempPath(), marker);
                builder.AddSample("one", SampleProgram.Service).WithHttpEndpoint(port: port, name: "admin", isProxied: false);
            })
        );
        Assert.Equal(
            ($"Port {port} of endpoint 'admin' of resource 'one' is in use by {This()}.", false),
            (refused.Message, File.Exists(marker))
        );
    }

    [Fact]
    public async Task A_port_taken_while_a_resource_is_down_fails_its_start_and_nothing_else()
    {
        var port = FreePorts.Take();
        await using var app = await TestApplication.StartAsync(builder =>
            builder
                .AddSample("one", SampleProgram.Service)
                .WithHttpEndpoint(port: port, env: "SAMPLE_PORT", isProxied: false)
                .WithHttpHealthCheck("/health")
                .WithExplicitStart()
        );
        using (var occupied = new TcpListener(IPAddress.Loopback, port))
        {
            occupied.Start();
            var started = await app.CommandAsync("one", KnownResourceCommands.StartCommand);
            Assert.Equal(
                (false, $"Port {port} of endpoint 'http' of resource 'one' is in use by {This()}.", "FailedToStart - -"),
                (started.Success, started.Message, await app.DescribeAsync("one"))
            );
        }
        Assert.True((await app.CommandAsync("one", KnownResourceCommands.StartCommand)).Success);
        await app.HealthyAsync("one");
    }

    [Fact]
    public void Bad_descriptions_are_refused_where_they_stand()
    {
        var builder = TestApplication.CreateBuilder();
        var one = builder.AddSample("one", SampleProgram.Service).WithHttpEndpoint();
        var two = builder.AddSample("two", SampleProgram.Service).WithEndpoint(name: "raw", scheme: "tcp");
        Assert.Equal(
            [
                "The resource 'one' has an endpoint named 'http' already.",
                "The endpoint 'far' of 'one' asks for port 65536; a port is 1 to 65535.",
                "A ExecutableResource cannot be named 'ONE': a ExecutableResource of that name exists already.",
                "The resource name '1st' must begin with a letter and consist of ASCII letters, digits and hyphens. (Parameter 'name')",
                "The resource name 'a--b' must not end in a hyphen or hold two in a row. (Parameter 'name')",
                "The resource 'two' has no http endpoint to check; add one before WithHttpHealthCheck.",
                "The resource 'two' has no endpoint named 'http' to check.",
                "The endpoint 'raw' of 'two' has the scheme 'tcp'; a health check needs http or https.",
                "The resource 'one' cannot wait for itself.",
                "The endpoint 'http' of 'one' has no port before the application starts.",
            ],
            new Action[]
            {
                () => one.WithHttpEndpoint(),
                () => one.WithHttpEndpoint(port: 65536, name: "far"),
                () => builder.AddSample("ONE", SampleProgram.Service),
                () => builder.AddSample("1st", SampleProgram.Service),
                () => builder.AddSample("a--b", SampleProgram.Service),
                () => two.WithHttpHealthCheck(),
                () => two.WithHttpHealthCheck(endpointName: "http"),
                () => two.WithHttpHealthCheck(endpointName: "raw"),
                () => one.WaitFor(one),
                () => _ = one.GetEndpoint("http").Url,
            }.Select(act => Record.Exception(act)?.Message)
        );
    }

    [Fact]
    public void A_reference_gives_manifest_expressions_before_anything_runs()
    {
        var builder = TestApplication.CreateBuilder();
        var http = builder.AddSample("one", SampleProgram.Service).WithHttpEndpoint().GetEndpoint("http");
        Assert.Equal(
            [
                "{one.bindings.http.url}",
                "{one.bindings.http.host}",
                "{one.bindings.http.host}",
                "{one.bindings.http.port}",
                "{one.bindings.http.scheme}",
                "{one.bindings.http.targetPort}",
                "{one.bindings.http.host}:{one.bindings.http.port}",
                "{one.bindings.http.tlsEnabled}",
            ],
            Enum.GetValues<EndpointProperty>().Select(property => http.Property(property).ValueExpression)
        );
    }

    [Fact]
    public async Task Addresses_are_shown_as_the_AppHost_changes_them()
    {
        await using var app = await TestApplication.StartAsync(builder =>
            builder
                .AddSample("one", SampleProgram.Service)
                .WithHttpEndpoint(env: "SAMPLE_PORT")
                .WithUrlForEndpoint("http", url => url.DisplayText = "Home")
                .WithUrlForEndpoint("http", _ => new ResourceUrlAnnotation { Url = "/admin", DisplayText = "Admin" })
                .WithUrl("https://example.org/", "Docs")
                .WithUrls(context => context.Urls.Add(new ResourceUrlAnnotation { Url = $"{context.GetEndpoint("http")!.Url}/all", DisplayOrder = 1 }))
        );
        var running = await app.HealthyAsync("one");
        var port = app.Endpoint("one").Port;
        Assert.Equal(
            [
                (null, $"http://localhost:{port}/all", "", false),
                ("http", $"http://localhost:{port}", "Home", false),
                ("http", $"http://localhost:{port}/admin", "Admin", false),
                (null, "https://example.org/", "Docs", false),
            ],
            running.Snapshot.Urls.Select(url => (url.Name, url.Url, url.DisplayProperties.DisplayName, url.IsInactive))
        );
    }

    private static string This() =>
        OperatingSystem.IsLinux() ? $"process {Environment.ProcessId} ({File.ReadAllText("/proc/self/comm").Trim()})" : "another program";
}

using System.Net;
using System.Net.Sockets;
using Aspire.Hosting;
using Aspire.Hosting.ApplicationModel;
using Xunit;

namespace KvStore.Tests.StandIns.Aspire;

/// <summary>What is wrong with an application is said before anything of it is started.</summary>
[Collection(nameof(RealApplications))]
public sealed class RefusalTests
{
    [Fact]
    public async Task Everything_that_is_missing_is_named()
    {
        var stranger = TestApplication.CreateBuilder().AddSample("stranger", SampleProgram.Service).WithHttpEndpoint();
        Assert.Equal(
            [
                "The parameter 'level' has no value: set the configuration key 'Parameters:level'.",
                "'waits' waits for 'stranger', which is no resource of this application.",
                "'refers' refers to 'stranger', which is no resource of this application.",
                "The resource 'refers' refers to the endpoint 'admin' of 'source', which has none of that name.",
                "The resource 'refers' refers to the endpoint 'nothing' of 'source', which has none of that name.",
                "The resource 'refers' refers to the endpoint 'none' of 'source', which has none of that name.",
                $"The program 'no-such-program' of 'absent' is not on the PATH.",
                $"The program of 'file' does not exist: {Path.GetTempPath()}no/such",
                "The working directory of 'nowhere' does not exist: /no/such",
            ],
            await RefusedAsync(builder =>
            {
                builder.AddParameter("level");
                var source = builder.AddSampleProject("source", SampleProgram.Service).WithHttpEndpoint();
                builder.AddSample("waits", SampleProgram.Stubborn).WaitFor(stranger);
                builder
                    .AddSampleProject("refers", SampleProgram.Stubborn)
                    .WithEnvironment("STRANGE", stranger.GetEndpoint("http"))
                    .WithReference(source.GetEndpoint("admin"))
                    .WithEnvironment("ADMIN", $"{source.GetEndpoint("nothing").Property(EndpointProperty.Port)}/x")
                    .WithArgs(source.GetEndpoint("none"));
                builder.AddExecutable("absent", "no-such-program", "/");
                builder.AddExecutable("file", "no/such", Path.GetTempPath());
                builder.AddExecutable("nowhere", "ls", "/no/such");
            })
        );
    }

    [Fact]
    public async Task Ports_that_cannot_be_had_are_named_with_who_wants_them()
    {
        var (one, both) = (FreePorts.Take(), FreePorts.Take());
        Assert.Equal(
            [
                $"The endpoint 'http' of 'proxied' has the port {both} for its proxy and for its program. Leave one of them out, or ask for no proxy.",
                "The endpoint 'open' of 'many' is without a proxy, which does not go with replicas: they cannot all listen on one port.",
                "The endpoint 'fixed' of 'many' has a target port, which does not go with replicas: each needs one of its own.",
                $"Port {one} is wanted by more than one endpoint: 'http' of 'first', 'raw' of 'second'.",
            ],
            await RefusedAsync(builder =>
            {
                builder.AddSample("first", SampleProgram.Service).WithHttpEndpoint(port: one, isProxied: false);
                builder.AddSample("second", SampleProgram.Service).WithEndpoint(targetPort: one, name: "raw");
                builder.AddSample("third", SampleProgram.Service).WithHttpEndpoint(port: one, isProxied: false).WithExplicitStart();
                builder.AddSample("proxied", SampleProgram.Service).WithHttpEndpoint(port: both, targetPort: both);
                builder
                    .AddSampleProject("many", SampleProgram.Service)
                    .WithHttpEndpoint(name: "open", isProxied: false)
                    .WithHttpEndpoint(name: "fixed", targetPort: FreePorts.Take())
                    .WithReplicas(2);
            })
        );
    }

    [Fact]
    public async Task The_port_of_a_proxy_in_use_is_named_and_those_of_the_others_are_free_again()
    {
        var port = FreePorts.Take();
        using var occupied = new TcpListener(IPAddress.Loopback, 0);
        occupied.Start();
        var taken = ((IPEndPoint)occupied.LocalEndpoint).Port;
        var refused = await RefusedAsync(builder =>
        {
            builder.Configuration["DcpPublisher:RandomizePorts"] = "false";
            builder.AddSample("one", SampleProgram.Service).WithHttpEndpoint(port: port, env: "SAMPLE_PORT");
            builder.AddSample("two", SampleProgram.Service).WithHttpEndpoint(port: taken, env: "SAMPLE_PORT");
        });
        Assert.StartsWith($"Port {taken} of endpoint 'http' of resource 'two' is in use by ", Assert.Single(refused), StringComparison.Ordinal);
        using var free = new TcpListener(IPAddress.Loopback, port);
        free.Start();
    }

    /// <summary>What the application is refused with; a resource that would leave a mark does not start.</summary>
    private static async Task<string[]> RefusedAsync(Action<IDistributedApplicationBuilder> describe)
    {
        var mark = Path.Combine(Path.GetTempPath(), $"started-{Guid.NewGuid():N}");
        var refused = await Assert.ThrowsAsync<DistributedApplicationException>(() =>
            TestApplication.StartAsync(builder =>
            {
                builder.AddExecutable("marks", "touch", Path.GetTempPath(), mark);
                describe(builder);
            })
        );
        Assert.False(File.Exists(mark));
        return refused.Message.Split(Environment.NewLine);
    }
}

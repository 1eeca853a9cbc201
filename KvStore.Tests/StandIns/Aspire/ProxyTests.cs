using System.Net;
using System.Net.Sockets;
using System.Text;
using Aspire.Hosting;
using Aspire.Hosting.ApplicationModel;
using Xunit;

namespace KvStore.Tests.StandIns.Aspire;

/// <summary>What lies between an endpoint that others know and the program behind it.</summary>
[Collection(nameof(RealApplications))]
public sealed class ProxyTests
{
    [Fact]
    public async Task Others_know_the_port_of_the_proxy_and_the_program_listens_on_another()
    {
        await using var app = await TestApplication.StartAsync(builder =>
        {
            builder.AddSampleProject("project", SampleProgram.Service).WithHttpEndpoint().WithHttpHealthCheck("/health");
            builder
                .AddSample("open", SampleProgram.Service)
                .WithHttpEndpoint(env: "SAMPLE_PORT", isProxied: false)
                .WithHttpHealthCheck("/health");
        });
        var program = new Uri((await app.EnvironmentAsync("project"))["ASPNETCORE_URLS"]);
        var open = (await app.EnvironmentAsync("open"))["SAMPLE_PORT"];
        using var direct = new HttpClient { BaseAddress = program };
        using var proxied = app.Client("project");

        Assert.Equal(
            (true, await direct.GetStringAsync("/pid", TestApplication.Cancellation), $"{app.Endpoint("open").Port}"),
            (program.Port != app.Endpoint("project").Port, await proxied.GetStringAsync("/pid", TestApplication.Cancellation), open)
        );
    }

    [Fact]
    public async Task A_fixed_port_is_the_proxys_and_a_fixed_target_port_the_programs()
    {
        var (port, target) = (FreePorts.Take(), FreePorts.Take());
        await using var app = await TestApplication.StartAsync(builder =>
        {
            builder.Configuration["DcpPublisher:RandomizePorts"] = "false";
            builder.AddSample("one", SampleProgram.Echo).WithEndpoint(port: port, targetPort: target, env: "SAMPLE_PORT", name: "tcp");
        });
        await app.LinesAsync("one", 1);
        Assert.Equal((port, "hello", "hello"), (app.Endpoint("one").Port, await EchoAsync(port, "hello"), await EchoAsync(target, "hello")));
    }

    [Fact]
    public async Task A_client_that_has_sent_everything_still_receives_everything()
    {
        await using var app = await StartEchoAsync();
        using var client = await ConnectAsync(app);
        var sent = new byte[8 * 1024 * 1024];
        new Random(1).NextBytes(sent);
        var received = new MemoryStream();

        var stream = client.GetStream();
        var reading = stream.CopyToAsync(received, TestApplication.Cancellation);
        await stream.WriteAsync(sent, TestApplication.Cancellation);
        client.Client.Shutdown(SocketShutdown.Send);
        await reading.WaitAsync(TimeSpan.FromSeconds(60), TestApplication.Cancellation);

        var all = received.ToArray();
        Assert.Equal(($"end {sent.Length}", true), (Encoding.ASCII.GetString(all[sent.Length..]), all.AsSpan(0, sent.Length).SequenceEqual(sent)));
    }

    [Fact]
    public async Task Connections_are_cut_when_the_resource_stops_and_refused_until_it_runs_again_at_the_same_port()
    {
        await using var app = await StartEchoAsync();
        var port = app.Endpoint("one").Port;
        using var client = await ConnectAsync(app);
        var before = await EchoAsync(client, "before");

        await app.CommandAsync("one", KnownResourceCommands.StopCommand);
        var cut = await EchoAsync(client, "");
        var refused = await EchoAsync(port, "meanwhile");
        await app.CommandAsync("one", KnownResourceCommands.StartCommand);

        Assert.Equal(("before", "", "", "after", port), (before, cut, refused, await EchoAsync(port, "after"), app.Endpoint("one").Port));
    }

    [Fact]
    public async Task A_connection_that_comes_before_the_program_listens_is_held()
    {
        using var gate = new TcpListener(IPAddress.Loopback, 0);
        gate.Start();
        var gatePort = ((IPEndPoint)gate.LocalEndpoint).Port;
        await using var app = await TestApplication.StartAsync(builder =>
            builder.AddSample("one", SampleProgram.Echo, $"{gatePort}").WithEndpoint(env: "SAMPLE_PORT", name: "tcp")
        );
        var opening = await gate.AcceptTcpClientAsync(TestApplication.Cancellation);
        using var client = await ConnectAsync(app);
        var echo = EchoAsync(client, "early");
        var isHeld = !echo.IsCompleted;
        opening.Dispose();
        Assert.Equal((true, "early"), (isHeld, await echo));
    }

    [Fact]
    public async Task Connections_opened_and_dropped_leave_nothing_behind()
    {
        Assert.SkipUnless(OperatingSystem.IsLinux(), "Sockets are counted in /proc.");
        const int Rounds = 20;
        const int Connections = 50;
        await using var app = await StartEchoAsync();
        var before = Sockets();
        var most = 0;
        for (var round = 0; round < Rounds; round++)
        {
            var clients = await Task.WhenAll(Enumerable.Range(0, Connections).Select(_ => ConnectAsync(app)));
            await Task.WhenAll(clients.Select(client => EchoAsync(client, "x")));
            most = Math.Max(most, Sockets());
            foreach (var (index, client) in clients.Index())
            {
                // Half of them without a farewell.
                client.Client.LingerState = new LingerOption(index % 2 == 0, 0);
                client.Dispose();
            }
        }
        await Processes.LookUntilAsync(() => Sockets() <= before, () => $"{Sockets()} sockets are open, {before} were", TestApplication.Cancellation);
        // What is counted is there: at least both of the sockets that the proxy has for each client.
        Assert.True(most >= before + (2 * Connections), $"at most {most}, before {before}");
    }

    [Fact]
    public async Task Idle_connections_hold_no_buffers()
    {
        const int Connections = 400;
        const long BytesMax = 16 * 1024 * 1024;
        await using var app = await StartEchoAsync();
        var before = GC.GetTotalMemory(forceFullCollection: true);
        var clients = new List<TcpClient>();
        for (var i = 0; i < Connections; i++)
        {
            clients.Add(await ConnectAsync(app));
            await EchoAsync(clients[^1], "x");
        }
        var held = GC.GetTotalMemory(forceFullCollection: true) - before;
        var answers = 0;
        foreach (var client in clients)
        {
            answers += (await EchoAsync(client, "y")).Length;
            client.Dispose();
        }
        // A buffer for each direction would be 50 MiB.
        Assert.True(held < BytesMax && answers == Connections, $"{held} bytes are held by {Connections} connections, of which {answers} answer.");
    }

    private static Task<TestApplication> StartEchoAsync() =>
        TestApplication.StartAsync(builder => builder.AddSample("one", SampleProgram.Echo).WithEndpoint(env: "SAMPLE_PORT", name: "tcp"));

    private static int Sockets() =>
        Directory.EnumerateFileSystemEntries("/proc/self/fd").Count(file => new FileInfo(file).LinkTarget?.StartsWith("socket:", StringComparison.Ordinal) == true);

    private static async Task<TcpClient> ConnectAsync(TestApplication app)
    {
        var client = new TcpClient();
        await client.ConnectAsync(IPAddress.Loopback, app.Endpoint("one").Port, TestApplication.Cancellation);
        return client;
    }

    private static async Task<string> EchoAsync(int port, string text)
    {
        using var client = new TcpClient();
        try
        {
            await client.ConnectAsync(IPAddress.Loopback, port, TestApplication.Cancellation);
            return await EchoAsync(client, text);
        }
        catch (SocketException)
        {
            return "";
        }
    }

    /// <returns>What came back; nothing if the connection was cut.</returns>
    private static async Task<string> EchoAsync(TcpClient client, string text)
    {
        using var limit = CancellationTokenSource.CreateLinkedTokenSource(TestApplication.Cancellation);
        limit.CancelAfter(TimeSpan.FromSeconds(60));
        var buffer = new byte[Math.Max(text.Length, 1)];
        try
        {
            var stream = client.GetStream();
            await stream.WriteAsync(Encoding.ASCII.GetBytes(text), limit.Token);
            var count = await stream.ReadAtLeastAsync(buffer, buffer.Length, throwOnEndOfStream: false, limit.Token);
            return Encoding.ASCII.GetString(buffer.AsSpan(0, count));
        }
        catch (IOException)
        {
            return "";
        }
    }
}

using System.Net;
using System.Net.Sockets;
using System.Text.RegularExpressions;
using KvStore.Tests.Storage;
using Xunit;

namespace KvStore.Tests.Cluster;

/// <summary>What a node cannot start with it says on its error stream, a line for each problem, and ends.</summary>
[Collection(nameof(RealProcesses))]
public sealed class RefusedStartTests : IDisposable
{
    private const int ConfigurationExitCode = 2;
    private const int PortExitCode = 3;
    private const int DirectoryExitCode = 4;

    private readonly TemporaryDirectory _data = new();
    private readonly CancellationToken _cancellation = TestContext.Current.CancellationToken;

    private string DataPattern => $"data directory {Regex.Escape(_data.Path)} ";

    [Fact]
    public Task An_unknown_setting_is_refused_with_the_nearest_that_there_is() => AssertConfigurationRefusedAsync(
        "KvStore:Replicaton (environment KvStore__Replicaton) is not an option. "
        + "The nearest is KvStore:Replication (environment KvStore__Replication).",
        ("Replicaton", "3"));

    [Fact]
    public Task A_value_that_is_not_allowed_is_refused_with_those_that_are() => AssertConfigurationRefusedAsync(
        "KvStore:VirtualNodes (environment KvStore__VirtualNodes) is \"none\": must be a whole number from 1 to 1024.",
        ("VirtualNodes", "none"));

    [Theory]
    [InlineData("HttpPort")]
    [InlineData("GrpcPort")]
    public async Task A_port_in_use_is_named_with_its_setting(string setting)
    {
        using TcpListener other = Listen();
        int port = PortOf(other);

        await AssertRefusedAsync(
            PortExitCode, $@"^node1 cannot listen on 127\.0\.0\.1:{port}: the port is in use\..* KvStore:{setting} ", (setting, $"{port}"));
    }

    [Fact]
    public async Task A_data_directory_is_one_process_s_at_a_time()
    {
        await using NodeProcess owner = await StartOwnerAsync();

        await AssertRefusedAsync(DirectoryExitCode, $"{DataPattern}is in use by process {owner.Id}");
    }

    [Fact]
    public async Task A_data_directory_is_one_member_s_in_one_cluster()
    {
        await using (await StartOwnerAsync())
        {
            // Killed as soon as it has made the directory its own.
        }

        await AssertRefusedAsync(DirectoryExitCode, $"{DataPattern}belongs to member .*, not to member ", ("Name", "node9"));
        await AssertRefusedAsync(DirectoryExitCode, $"{DataPattern}belongs to member node1 of cluster kvstore, not to member node1 of cluster other", ("Cluster", "other"));
    }

    public void Dispose() => _data.Dispose();

    private static TcpListener Listen()
    {
        TcpListener listener = new(IPAddress.Loopback, 0);
        listener.Start();
        return listener;
    }

    private static int PortOf(TcpListener listener) => ((IPEndPoint)listener.LocalEndpoint).Port;

    /// <summary>A node named node1, alone in its cluster, that serves from the data directory.</summary>
    private async Task<NodeProcess> StartOwnerAsync()
    {
        int port;
        using (TcpListener free = Listen())
        {
            port = PortOf(free);
        }

        NodeProcess owner = NodeProcess.Start(("DataDirectory", _data.Path), ("HttpPort", $"{port}"), ("GrpcPort", "0"));
        try
        {
            await owner.WaitUntilHealthyAsync("the owner of the data directory", port, _cancellation);
            return owner;
        }
        catch
        {
            await owner.DisposeAsync();
            throw;
        }
    }

    private async Task AssertConfigurationRefusedAsync(string problem, params (string Name, string Value)[] settings)
    {
        (int exitCode, string[] errors) = await StartAndEndAsync(settings);

        Assert.Equal(ConfigurationExitCode, exitCode);
        Assert.Equal(["The configuration is refused:", $"  {problem}"], errors);
    }

    private async Task AssertRefusedAsync(int expectedExitCode, string pattern, params (string Name, string Value)[] settings)
    {
        (int exitCode, string[] errors) = await StartAndEndAsync(settings);

        Assert.Equal(expectedExitCode, exitCode);
        Assert.Matches(pattern, Assert.Single(errors));
    }

    private async Task<(int ExitCode, string[] Errors)> StartAndEndAsync((string Name, string Value)[] settings)
    {
        (string Name, string Value)[] usual = [("DataDirectory", _data.Path), ("HttpPort", "0"), ("GrpcPort", "0")];
        await using NodeProcess node = NodeProcess.Start([.. usual.ExceptBy(settings.Select(given => given.Name), given => given.Name), .. settings]);
        return await node.EndAsync("refused start", _cancellation);
    }
}

using System.Net;
using System.Net.Http;
using System.Net.Sockets;
using System.Text.RegularExpressions;
using Xunit;

namespace KvStore.Tests.Cluster;

/// <summary>A node whose log cannot be written says so and ends: after a failed sync nobody knows what the disk holds.</summary>
[Collection(nameof(RealProcesses))]
public sealed class BrokenDiskNodeTests
{
    private const int CrashExitCode = 70;
    private const int WritesBefore = 50;

    private readonly CancellationToken _cancellation = TestContext.Current.CancellationToken;
    private int _acknowledged;

    [Fact]
    public async Task A_disk_that_breaks_ends_the_node_and_nothing_is_acknowledged_after_it()
    {
        using BreakableFileSystem disk = BreakableFileSystem.Mount(mebibytes: 512);
        int port = FreePort();
        await using NodeProcess node = NodeProcess.Start(
            ("DataDirectory", Path.Combine(disk.Path, "data")), ("HttpPort", $"{port}"), ("GrpcPort", "0"), ("MemoryBytesMax", "32MiB"));
        await node.WaitUntilHealthyAsync("start", port, _cancellation);
        using HttpClient client = new() { BaseAddress = new Uri($"http://127.0.0.1:{port}") };

        // Writes go on while it breaks, so that the log is what finds out.
        Task<string> refused = WriteUntilRefusedAsync(client);
        await Eventually.IsAsync(
            "before it breaks",
            "enough",
            _ => Task.FromResult(refused.IsCompleted ? "refused" : Volatile.Read(ref _acknowledged) >= WritesBefore ? "enough" : "too few"),
            _cancellation);
        disk.Break();

        // The one under way may have been on disk before.
        int most = Volatile.Read(ref _acknowledged) + 1;
        (int exitCode, string[] errors) = await node.EndAsync("broken disk", _cancellation);
        Assert.NotEqual("204", await refused);
        Assert.InRange(_acknowledged, WritesBefore, most);
        Assert.Equal(CrashExitCode, exitCode);
        string log = Regex.Escape(Path.Combine(disk.Path, "data", "store", "log"));
        string said = Assert.Single(errors, line => line.Contains("cannot go on", StringComparison.Ordinal));
        Assert.Matches($"^node1 cannot go on and stops: .*{log}/[0-9]{{10}}\\.log: .*Input/output error", said);
    }

    private static int FreePort()
    {
        using TcpListener listener = new(IPAddress.Loopback, 0);
        listener.Start();
        return ((IPEndPoint)listener.LocalEndpoint).Port;
    }

    /// <returns>How the first write ended that was not acknowledged.</returns>
    private async Task<string> WriteUntilRefusedAsync(HttpClient client)
    {
        try
        {
            Answer answer;
            while ((answer = await Answer.OfHttpAsync(client, HttpMethod.Put, $"/kv/key-{_acknowledged}", [1], _cancellation)).Status == "204")
            {
                Interlocked.Increment(ref _acknowledged);
            }

            return answer.Status;
        }
        catch (HttpRequestException gone)
        {
            return gone.Message;
        }
    }
}

using System.Net;
using System.Net.Http;
using System.Net.Sockets;
using System.Text.Json;
using Xunit;

namespace KvStore.Tests.Cluster;

/// <summary>A node whose disk fills up reads on, refuses writes as what they are, and takes them again when there is room.</summary>
[Collection(nameof(RealProcesses))]
public sealed class DiskFullNodeTests
{
    private const int ValueLength = 128 << 10;
    private const int BallastLength = 40 << 20;

    private readonly CancellationToken _cancellation = TestContext.Current.CancellationToken;

    [Fact]
    public async Task A_full_disk_refuses_writes_until_there_is_room_and_loses_nothing()
    {
        using TinyFileSystem disk = TinyFileSystem.Mount(mebibytes: 128);
        string ballast = Path.Combine(disk.Path, "ballast");
        await File.WriteAllBytesAsync(ballast, new byte[BallastLength], _cancellation);
        int port = FreePort();
        await using NodeProcess node = NodeProcess.Start(
            ("DataDirectory", Path.Combine(disk.Path, "data")), ("HttpPort", $"{port}"), ("GrpcPort", "0"), ("MemoryBytesMax", "32MiB"));
        await node.WaitUntilHealthyAsync("start", port, _cancellation);
        using HttpClient client = new() { BaseAddress = new Uri($"http://127.0.0.1:{port}") };

        int written = 0;
        Answer answer;
        while ((answer = await PutAsync(client, written)).Status == "204")
        {
            written++;
        }

        // One that was under way when the disk was found full may not have been told.
        Assert.True(answer is { Status: "507", Type: "disk-full" } or { Status: "504" }, $"{answer}");
        await Eventually.IsAsync("full", new Answer("507", "disk-full", "not-applied"), _ => PutAsync(client, written), _cancellation);
        await Eventually.IsAsync("full", "read-only", _ => StateAsync(client), _cancellation);
        await AssertReadsBackAsync(client, written);

        File.Delete(ballast);
        await Eventually.IsAsync("with room again", "204", async _ => (await PutAsync(client, written)).Status, _cancellation);
        Assert.Equal("204", (await PutAsync(client, written + 1)).Status);
        Assert.Equal("serving", await StateAsync(client));
        await AssertReadsBackAsync(client, written + 2);
    }

    private static int FreePort()
    {
        using TcpListener listener = new(IPAddress.Loopback, 0);
        listener.Start();
        return ((IPEndPoint)listener.LocalEndpoint).Port;
    }

    private static byte[] ValueOf(int number)
    {
        byte[] value = new byte[ValueLength];
        new Random(number).NextBytes(value);
        return value;
    }

    private Task<Answer> PutAsync(HttpClient client, int number) =>
        Answer.OfHttpAsync(client, HttpMethod.Put, $"/kv/key-{number}", ValueOf(number), _cancellation);

    private async Task<string> StateAsync(HttpClient client)
    {
        using JsonDocument status = JsonDocument.Parse(await client.GetStringAsync("/admin/status", _cancellation));
        return status.RootElement.GetProperty("state").GetString()!;
    }

    private async Task AssertReadsBackAsync(HttpClient client, int count)
    {
        Assert.True(count > 10);
        for (int i = 0; i < count; i++)
        {
            Assert.Equal(ValueOf(i), await client.GetByteArrayAsync($"/kv/key-{i}", _cancellation));
        }
    }
}

using System.Net.Http;
using System.Text.Json;
using KvStore.Client;
using KvStore.Hosting;
using KvStore.Tests.Chaos;
using Xunit;

namespace KvStore.Tests.Cluster;

/// <summary>A node that joins and whose disk has no room for what it is to own.</summary>
[Collection(nameof(RealProcesses))]
public sealed class FullJoinerTests
{
    private const int Values = 400;
    private const int ValueLength = 128 << 10;
    private const int DiskMebibytes = 224;
    private const int BallastLength = 192 << 20;

    /// <summary>What counts here is room, not time.</summary>
    private static readonly (string Name, string Value) Unlimited = ("TransferBytesPerSecondMax", "0");

    private readonly CancellationToken _cancellation = TestContext.Current.CancellationToken;

    [Fact]
    public async Task It_says_so_while_the_others_serve_and_goes_on_when_there_is_room()
    {
        using TinyFileSystem disk = TinyFileSystem.Mount(DiskMebibytes);
        string ballast = Path.Combine(disk.Path, "ballast");
        await File.WriteAllBytesAsync(ballast, new byte[BallastLength], _cancellation);
        await using ChaosCluster cluster = await ChaosCluster.StartAsync(3, 3, _cancellation, Unlimited);
        using KvClient client = new(new KvClientOptions { Endpoints = [.. cluster.Nodes.Select(node => node.Grpc)] });
        for (int number = 0; number < Values; number++)
        {
            await client.PutAsync($"key-{number}", ValueOf(number), cancellationToken: _cancellation);
        }

        (int http, int grpc) = (FreePorts.Take(), FreePorts.Take());
        await using ChaosNode joiner = new(
            "joiner",
            http,
            grpc,
            [
                ("Cluster", "chaos"), ("Name", "joiner"), ("DataDirectory", Path.Combine(disk.Path, "data")), ("HttpPort", $"{http}"), ("GrpcPort", $"{grpc}"),
                ("MemoryBytesMax", "32MiB"), ("Seeds", cluster.Nodes[1].Grpc.Authority), Unlimited,
            ]);
        joiner.Start();
        using HttpClient door = new() { BaseAddress = joiner.Http };
        await Eventually.IsAsync("the joiner's disk", "read-only No space left on device", limit => StateAsync(door, limit), _cancellation);

        // Whether the change is complete or not: a majority of the owners, old and new, has room.
        for (int number = 0; number < Values; number += 10)
        {
            await client.PutAsync($"key-{number}", ValueOf(number + Values), cancellationToken: _cancellation);
            Assert.Equal(ValueOf(number + Values), (await client.GetAsync($"key-{number}", cancellationToken: _cancellation))!.Bytes.ToArray());
        }

        File.Delete(ballast);
        await Eventually.IsAsync("the joiner with room", "serving ", limit => StateAsync(door, limit), _cancellation);
        await Eventually.IsAsync("the change", "active", limit => JoinerAsync(client, limit), _cancellation);
        using KvClient own = new(new KvClientOptions { Endpoints = [joiner.Grpc] });
        for (int number = 0; number < Values; number++)
        {
            byte[] expected = ValueOf(number % 10 == 0 ? number + Values : number);
            Assert.Equal(expected, (await own.GetAsync($"key-{number}", consistency: Consistency.All, cancellationToken: _cancellation))!.Bytes.ToArray());
        }
    }

    private static byte[] ValueOf(int number)
    {
        byte[] value = new byte[ValueLength];
        new Random(number).NextBytes(value);
        return value;
    }

    private static async Task<string> JoinerAsync(KvClient client, CancellationToken limit) =>
        (await client.Cluster.GetTopologyAsync(limit)).Members.FirstOrDefault(member => member.Name == "joiner")?.State ?? "absent";

    private static async Task<string> StateAsync(HttpClient door, CancellationToken limit)
    {
        using JsonDocument status = JsonDocument.Parse(await door.GetStringAsync("/admin/status", limit));
        string reason = status.RootElement.GetProperty("reason").GetString() ?? "";
        const string Full = "No space left on device";
        return $"{status.RootElement.GetProperty("state").GetString()} {(reason.Contains(Full, StringComparison.Ordinal) ? Full : reason)}";
    }
}

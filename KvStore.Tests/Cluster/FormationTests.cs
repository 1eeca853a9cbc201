using System.Net.Http;

using System.Text.Json;
using KvStore.Hosting;
using KvStore.Tests.Storage;
using Xunit;

namespace KvStore.Tests.Cluster;

/// <summary>Nodes that find each other by their seeds, and what they say of seeds that are of no use.</summary>
[Collection(nameof(RealProcesses))]
public sealed class FormationTests : IDisposable
{
    private readonly TemporaryDirectory _data = new();
    private readonly CancellationToken _cancellation = TestContext.Current.CancellationToken;

    [Fact]
    public async Task Five_empty_nodes_started_at_once_are_one_cluster_and_a_node_that_comes_back_elsewhere_is_found_without_an_epoch()
    {
        List<Place> places = [.. Enumerable.Range(1, 5).Select(number => new Place($"node{number}"))];
        string seeds = string.Join(',', places.Select(place => place.Seed));
        List<NodeProcess> nodes = [.. places.Select(place => Start(place, seeds))];
        try
        {
            foreach ((Place place, NodeProcess node) in places.Zip(nodes))
            {
                await node.WaitUntilHealthyAsync($"start of {place.Name}", place.Http, _cancellation);
            }

            foreach ((Place place, NodeProcess node) in places.Zip(nodes))
            {
                await SeesAsync($"view of {place.Name}", place, node, "members", "node1 node2 node3 node4 node5");
            }

            string[] clusters = [.. await Task.WhenAll(places.Select(place => TextAsync(place, "/cluster", "clusterId", _cancellation)))];
            Assert.Single(clusters.Distinct());
            string epoch = await TextAsync(places[0], "/cluster", "epoch", _cancellation);
            Assert.InRange(int.Parse(epoch, System.Globalization.CultureInfo.InvariantCulture), 1, 3);
            string id = await TextAsync(places[4], "/admin/status", "id", _cancellation);

            await nodes[4].DisposeAsync();
            Place elsewhere = new("node5");
            nodes[4] = Start(elsewhere, places[1].Seed);
            await nodes[4].WaitUntilHealthyAsync("node5 elsewhere", elsewhere.Http, _cancellation);
            foreach (Place place in places.Take(4))
            {
                await Eventually.IsAsync(
                    $"where {place.Name} finds node5", $"{elsewhere.Grpc} True", async limit => await LinkOfAsync(place, "node5", limit), _cancellation);
            }

            Assert.Equal(
                (id, epoch),
                (await TextAsync(elsewhere, "/admin/status", "id", _cancellation), await TextAsync(elsewhere, "/cluster", "epoch", _cancellation)));
        }
        finally
        {
            await Task.WhenAll(nodes.Select(node => node.DisposeAsync().AsTask()));
        }
    }

    [Fact]
    public async Task Nodes_join_by_any_seed_and_whoever_cannot_is_told_why()
    {
        Place first = new("node1"), second = new("node2"), third = new("node3");
        List<NodeProcess> nodes = [Start(first, first.Seed)];
        try
        {
            await nodes[0].WaitUntilHealthyAsync("a node whose only seed is itself", first.Http, _cancellation);
            nodes.Add(Start(second, $"127.0.0.1:{FreePorts.Take()},{first.Seed}"));
            await nodes[1].WaitUntilHealthyAsync("node2", second.Http, _cancellation);
            nodes.Add(Start(third, $"scan:127.0.0.1:{second.GrpcPort}-{second.GrpcPort}"));
            await nodes[2].WaitUntilHealthyAsync("node3, by a scan", third.Http, _cancellation);
            foreach ((Place place, NodeProcess node) in ((Place[])[first, second, third]).Zip(nodes))
            {
                await SeesAsync($"view of {place.Name}", place, node, "members", "node1 node2 node3");
            }

            int nobody = FreePorts.Take();
            (Place Place, string Seeds, string Cluster, string? Grpc, string Reason)[] cases =
            [
                (new Place("node2"), first.Seed, "kvstore", null, "the name node2 is taken by a living member"),
                (new Place("node5"), first.Seed, "shop", null, "is a node of cluster kvstore, and this one is to be of shop"),
                (new Place("node6"), $"127.0.0.1:{first.Http}", "kvstore", null, "what listens there is no KvStore node, or not its gRPC port"),
                (new Place("node7"), $"127.0.0.1:{nobody}", "kvstore", null, "nothing listens there"),
                (new Place("node8"), first.Seed, "kvstore", $"http://127.0.0.1:{nobody}", $"cannot reach the node at http://127.0.0.1:{nobody}, where it says it is: nothing listens there"),
            ];
            Place fewer = new("node9");
            nodes.AddRange(cases.Select(each => Start(each.Place, each.Seeds, each.Cluster, each.Grpc)));
            nodes.Add(Start(fewer, first.Seed, replication: "2"));
            foreach ((Place place, string reason) in cases.Select(each => (each.Place, each.Reason))
                .Append((fewer, "the cluster has 3 copies of each key, and node9 is configured for 2: set KvStore:Replication (environment KvStore__Replication) to 3 there, or leave it out")))
            {
                await Eventually.IsAsync(
                    $"{place.Name}: {reason}",
                    true,
                    async limit => (await TextAsync(place, "/cluster", "reason", limit)).Contains(reason, StringComparison.Ordinal),
                    _cancellation);
                using HttpClient client = new();
                using HttpResponseMessage health = await client.GetAsync($"http://127.0.0.1:{place.Http}/health", _cancellation);
                Assert.Equal(System.Net.HttpStatusCode.ServiceUnavailable, health.StatusCode);
            }
        }
        finally
        {
            await Task.WhenAll(nodes.Select(node => node.DisposeAsync().AsTask()));
        }
    }

    public void Dispose() => _data.Dispose();

    private NodeProcess Start(Place place, string seeds, string cluster = "kvstore", string? grpc = null, string? replication = null) => NodeProcess.Start(
    [
        ("Name", place.Name),
        ("Cluster", cluster),
        ("DataDirectory", _data.At($"{cluster}-{place.Name}{(place.Name == "node2" ? $"-{place.Http}" : "")}")),
        ("HttpPort", $"{place.Http}"),
        ("GrpcPort", $"{place.GrpcPort}"),
        ("MemoryBytesMax", "32MiB"),
        ("Seeds", seeds),
        .. grpc is null ? [] : new[] { ("GrpcAddress", grpc) },
        .. replication is null ? [] : new[] { ("Replication", replication) },
    ]);

    private Task SeesAsync(string phase, Place place, NodeProcess node, string list, string names) => Eventually.IsAsync(
        phase,
        names,
        async limit =>
        {
            node.FailIfEnded(phase);
            using JsonDocument page = await GetAsync(place, "/cluster", limit);
            return string.Join(' ', page.RootElement.GetProperty(list).EnumerateArray()
                .Where(member => member.GetProperty("state").GetString() == "active")
                .Select(member => member.GetProperty("name").GetString()));
        },
        _cancellation);

    private static async Task<string> LinkOfAsync(Place place, string name, CancellationToken cancellationToken)
    {
        using JsonDocument page = await GetAsync(place, "/cluster", cancellationToken);
        JsonElement member = page.RootElement.GetProperty("members").EnumerateArray().Single(each => each.GetProperty("name").GetString() == name);
        return $"{member.GetProperty("grpcAddress").GetString()} {member.GetProperty("link").GetProperty("connected").GetBoolean()}";
    }

    private static async Task<string> TextAsync(Place place, string path, string name, CancellationToken cancellationToken)
    {
        using JsonDocument page = await GetAsync(place, path, cancellationToken);
        return page.RootElement.TryGetProperty(name, out JsonElement value) ? value.ToString() : "";
    }

    private static async Task<JsonDocument> GetAsync(Place place, string path, CancellationToken cancellationToken)
    {
        using HttpClient client = new();
        return JsonDocument.Parse(await client.GetStringAsync($"http://127.0.0.1:{place.Http}{path}", cancellationToken));
    }

    private sealed record Place(string Name)
    {
        public int Http { get; } = FreePorts.Take();

        public int GrpcPort { get; } = FreePorts.Take();

        public string Seed => $"127.0.0.1:{GrpcPort}";

        public string Grpc => $"http://127.0.0.1:{GrpcPort}";
    }
}

using System.Net;
using System.Net.Http;
using System.Text.Json;
using KvStore.Tests.Storage;
using Xunit;

namespace KvStore.Tests.Cluster;

/// <summary>A node whose directory holds less than it once did finds out from the others and stays out; one whose directory is gone is a new member. The others go on.</summary>
[Collection(nameof(RealProcesses))]
public sealed class AmnesiaTests : IDisposable
{
    private const string Hurt = "node3";
    private const int WritesPerPhase = 200;

    /// <summary>More than can have been on their way to the others when it was killed.</summary>
    private const int EntriesLost = 100;

    private static readonly Dictionary<string, string> NoEnvironment = [];
    private static readonly string[] Sound = ["node1", "node2"];

    private readonly TemporaryDirectory _data = new();
    private readonly CancellationToken _cancellation = TestContext.Current.CancellationToken;

    [Fact]
    public async Task A_node_whose_directory_was_wiped_comes_back_as_a_new_member_in_its_own_place_and_becomes_whole_while_the_others_go_on()
    {
        await using RunningCluster cluster = await RunningCluster.StartAsync(_data.At("nodes"), NoEnvironment, _cancellation);
        await using WriteLoad load = new("all", [.. Sound.Select(cluster.Grpc)]);
        string before = await TextAsync(cluster.Http(Hurt), "/admin/status", "id", _cancellation);

        await load.WaitForMoreAsync("before", WritesPerPhase, _cancellation);
        await cluster.KillAsync(Hurt, _cancellation);
        Directory.Delete(Path.Combine(_data.At("nodes"), Hurt), recursive: true);
        await cluster.BeginNodeAsync(Hurt, _cancellation);

        await Eventually.IsAsync("after the loss", "serving", limit => TextAsync(cluster.Http(Hurt), "/admin/status", "state", limit), _cancellation);
        Assert.NotEqual(before, await TextAsync(cluster.Http(Hurt), "/admin/status", "id", _cancellation));
        foreach (string node in RunningCluster.Nodes)
        {
            await Eventually.IsAsync(
                $"{node} after the slots have moved", "node1 active, node2 active, node3 active", limit => MembersAsync(cluster.Http(node), limit), _cancellation);
        }

        await load.WaitForMoreAsync("with a new member", WritesPerPhase, _cancellation);

        IReadOnlyList<string> acknowledged = await load.StopAsync();
        await AssertNoneFailedAsync(load, cluster);

        // Three nodes, three copies: the new one must hold every key, those from before it came too.
        await Eventually.IsAsync(
            "the new member's own records", $"{acknowledged.Count}", limit => TextAsync(cluster.Http(Hurt), "/admin/status", "keys", limit), _cancellation);
        foreach (string reader in RunningCluster.Nodes)
        {
            Assert.Empty(await WriteLoad.MissingAsync(cluster.Grpc(reader), acknowledged, _cancellation));
        }
    }

    [Fact]
    public Task A_node_whose_directory_is_an_older_copy_does_not_vote_and_the_others_go_on() => AssertNoticedAsync((older, directory) =>
    {
        Directory.Delete(directory, recursive: true);
        TemporaryDirectory.Copy(older, directory);
    });

    /// <summary>Its own disk cannot tell: the store opens, and only the others know that it had acknowledged more.</summary>
    [Fact]
    public Task A_node_whose_disk_lost_what_it_had_acknowledged_in_a_power_cut_does_not_vote_and_the_others_go_on() =>
        AssertNoticedAsync((_, directory) => LostTail.Take(directory, EntriesLost));

    public void Dispose() => _data.Dispose();

    private static async Task AssertNoneFailedAsync(WriteLoad load, RunningCluster cluster)
    {
        if (load.Failures.Count > 0)
        {
            string[] nodes = await Task.WhenAll(RunningCluster.Nodes.Select(cluster.DescribeAsync));
            Assert.Fail(string.Join(Environment.NewLine, [.. load.Failures, .. nodes]));
        }
    }

    private async Task AssertNoticedAsync(Action<string, string> damage)
    {
        await using RunningCluster cluster = await RunningCluster.StartAsync(_data.At("nodes"), NoEnvironment, _cancellation);
        await using WriteLoad load = new("all", [.. Sound.Select(cluster.Grpc)]);
        string directory = Path.Combine(_data.At("nodes"), Hurt);

        await load.WaitForMoreAsync("before", WritesPerPhase, _cancellation);
        await cluster.KillAsync(Hurt, _cancellation);
        TemporaryDirectory.Copy(directory, _data.At("older"));
        await cluster.StartNodeAsync(Hurt, RunningCluster.Nodes, _cancellation);
        await load.WaitForMoreAsync("after the copy", WritesPerPhase, _cancellation);
        await cluster.KillAsync(Hurt, _cancellation);
        damage(_data.At("older"), directory);
        await cluster.BeginNodeAsync(Hurt, _cancellation);

        HttpClient hurt = cluster.Http(Hurt);
        await Eventually.IsAsync("after the damage", "amnesiac", limit => TextAsync(hurt, "/admin/status", "state", limit), _cancellation);
        Assert.Contains("put the newest data directory", await TextAsync(hurt, "/admin/status", "reason", _cancellation), StringComparison.Ordinal);
        using (HttpResponseMessage health = await hurt.GetAsync("/health", _cancellation))
        {
            Assert.Equal(HttpStatusCode.ServiceUnavailable, health.StatusCode);
        }

        Assert.Equal(new Answer("503", "not-serving"), await Answer.OfHttpAsync(hurt, HttpMethod.Get, "/kv/a", body: null, _cancellation));
        await Eventually.IsAsync("after the damage", "amnesiac", limit => SeenByAsync(cluster.Http("node1"), limit), _cancellation);
        await load.WaitForMoreAsync("without it", WritesPerPhase, _cancellation);

        IReadOnlyList<string> acknowledged = await load.StopAsync();
        await AssertNoneFailedAsync(load, cluster);
        foreach (string reader in Sound)
        {
            Assert.Empty(await WriteLoad.MissingAsync(cluster.Grpc(reader), acknowledged, _cancellation));
        }
    }

    private static async Task<string> TextAsync(HttpClient client, string path, string name, CancellationToken cancellationToken)
    {
        using JsonDocument view = JsonDocument.Parse(await client.GetStringAsync(path, cancellationToken));
        return view.RootElement.GetProperty(name).ToString();
    }

    private static async Task<string> MembersAsync(HttpClient client, CancellationToken cancellationToken)
    {
        using JsonDocument view = JsonDocument.Parse(await client.GetStringAsync("/cluster", cancellationToken));
        return string.Join(", ", view.RootElement.GetProperty("members").EnumerateArray()
            .Select(member => $"{member.GetProperty("name").GetString()} {member.GetProperty("state").GetString()}").Order(StringComparer.Ordinal));
    }

    private static async Task<string> SeenByAsync(HttpClient client, CancellationToken cancellationToken)
    {
        using JsonDocument view = JsonDocument.Parse(await client.GetStringAsync("/cluster", cancellationToken));
        JsonElement member = view.RootElement.GetProperty("members").EnumerateArray().Single(each => each.GetProperty("name").GetString() == Hurt);
        return member.GetProperty("link").GetProperty("votes").GetString()!;
    }
}

using System.Net;
using System.Text.Json;
using Xunit;

namespace KvStore.Tests.FrontEnds.Http;

public sealed class ClusterEndpointsTests(SharedNode shared) : IClassFixture<SharedNode>
{
    [Fact]
    public async Task Explain_tells_slot_replicas_and_what_a_read_answers()
    {
        using HttpResponseMessage put = await shared.Node.SendAsync(HttpMethod.Put, "/kv/why%FF", "value"u8.ToArray());
        JsonElement explained = await ViewAsync("/kv/why%FF/explain?consistency=all");
        JsonElement replica = Assert.Single(explained.GetProperty("replicas").EnumerateArray());

        Assert.Equal(
            ("why\uFFFD", "d2h5/w==", "node1", true, put.Headers.ETag!.Tag),
            (Text(explained, "key"), Text(explained, "keyBase64"), Text(explained, "coordinator"), explained.GetProperty("found").GetBoolean(),
                $"\"{Text(explained, "version")}\""));
        Assert.Equal(
            ("node1", "value", 5, Text(explained, "version")),
            (Text(replica, "name"), Text(replica, "state"), replica.GetProperty("valueLength").GetInt32(), Text(replica, "version")));
        Assert.Equal(32, Text(explained, "traceId").Length);
    }

    [Fact]
    public async Task Explain_tells_absent_from_deleted()
    {
        (await shared.Node.SendAsync(HttpMethod.Put, "/kv/gone", [])).Dispose();
        (await shared.Node.SendAsync(HttpMethod.Delete, "/kv/gone")).Dispose();

        Assert.Equal(("tombstone", false), StateOf(await ViewAsync("/kv/explain?key=gone")));
        Assert.Equal(("absent", false), StateOf(await ViewAsync("/kv/never/explain")));
    }

    [Fact]
    public async Task The_routing_table_covers_every_slot()
    {
        JsonElement table = await ViewAsync("/routing_table");
        JsonElement range = Assert.Single(table.GetProperty("slots").EnumerateArray());
        JsonElement member = Assert.Single(table.GetProperty("members").EnumerateArray());

        Assert.Equal((0, 16383), (range.GetProperty("first").GetInt32(), range.GetProperty("last").GetInt32()));
        Assert.Equal((1, 3, 64), (Number(table, "epoch"), Number(table, "replication"), member.GetProperty("tokens").GetArrayLength()));
        Assert.All(member.GetProperty("tokens").EnumerateArray(), token => Assert.Matches("^[0-9a-f]{16}$", token.GetString()));
    }

    [Fact]
    public async Task The_cluster_is_seen_by_its_only_member()
    {
        JsonElement cluster = await ViewAsync("/cluster");
        JsonElement member = Assert.Single(cluster.GetProperty("members").EnumerateArray());

        Assert.Equal(("node1", "node1", "active", 16384, 16384), (
            Text(cluster, "observer"), Text(member, "name"), Text(member, "state"), Number(member, "slots"), Number(member, "firstSlots")));
        Assert.False(member.TryGetProperty("link", out _));
    }

    [Fact]
    public async Task What_a_join_would_move_is_planned_and_never_begun()
    {
        using HttpResponseMessage planned = await shared.Node.SendAsync(HttpMethod.Post, "/cluster/join/node2?plan=true");
        JsonElement plan = JsonDocument.Parse(await planned.Content.ReadAsStringAsync(TestContext.Current.CancellationToken)).RootElement;

        Assert.Equal((HttpStatusCode.OK, "join", "node2", ""), (planned.StatusCode, Text(plan, "kind"), Text(plan, "member"), plan.TryGetProperty("id", out JsonElement id) ? id.GetString() : ""));
        Assert.Equal(["node1 16384 16384", "node2 0 16384"], plan.GetProperty("shares").EnumerateArray().Select(
            share => $"{Text(share, "member")} {Number(share, "slotsBefore")} {Number(share, "slotsAfter")}"));

        foreach ((string address, string reason) in new[]
        {
            ("/cluster/join/node2", "A node joins by itself"), ("/cluster/join/node1?plan=true", "The name node1 is taken by a living member"), ("/cluster/join/no%20name?plan=true", "A node that joins has a name"),
        })
        {
            using HttpResponseMessage refused = await shared.Node.SendAsync(HttpMethod.Post, address);
            Assert.False(refused.IsSuccessStatusCode);
            Assert.Contains(reason, await refused.Content.ReadAsStringAsync(TestContext.Current.CancellationToken), StringComparison.OrdinalIgnoreCase);
        }

        Assert.Equal(1, Number(await ViewAsync("/routing_table"), "epoch"));
    }

    [Fact]
    public async Task The_status_counts_what_was_done()
    {
        JsonElement before = await ViewAsync("/admin/status");
        (await shared.Node.SendAsync(HttpMethod.Put, "/kv/counted", [])).Dispose();
        (await shared.Node.SendAsync(HttpMethod.Get, "/kv/counted")).Dispose();
        JsonElement after = await ViewAsync("/admin/status");

        Assert.Equal(("node1", "serving", "commit", 1), (Text(after, "name"), Text(after, "state"), Text(after, "durability"), Number(after, "bootCount")));
        Assert.True(Number(after, "writes") > Number(before, "writes"));
        Assert.True(Number(after, "reads") > Number(before, "reads"));
        Assert.True(Number(after, "durableLsn") > Number(before, "durableLsn"));
        Assert.True(Number(after, "liveBytes") > Number(before, "liveBytes"));
        Assert.InRange(Number(after, "logBytes") + Number(after, "dataBytes"), 1, Number(after, "diskBytes"));
        Assert.Equal(0, Number(after, "checkpointNumber"));
    }

    [Fact]
    public async Task The_open_api_document_has_every_address()
    {
        JsonElement document = await ViewAsync("/openapi/v1.json");
        string[] operations = [.. document.GetProperty("paths").EnumerateObject().SelectMany(path => path.Value.EnumerateObject()
            .Select(operation => $"{operation.Name} {path.Name}: {Text(operation.Value, "operationId")}"))];

        Assert.Equal(
            [
                "delete /cluster/faults/{id}: EndFault",
                "delete /cluster/faults: EndFaults",
                "delete /kv/{key}: Delete",
                "get /admin/status: Status",
                "get /cluster: Cluster",
                "get /kv/{key}/explain: Explain",
                "get /kv/{key}: Get",
                "get /kv: List",
                "get /routing_table: RoutingTable",
                "head /kv/{key}: Head",
                "post /cluster/faults/{kind}: BeginFault",
                "post /cluster/join/{member}: Join",
                "post /cluster/keep/{member}: Keep",
                "post /cluster/kill/{member}: Kill",
                "post /cluster/leave/{member}: Leave",
                "post /cluster/remove/{member}: Remove",
                "post /cluster/replace/{member}: Replace",
                "post /kv/{key}/append: Append",
                "post /kv/{key}/increment: Increment",
                "put /kv/{key}: Put",
            ],
            operations.Order(StringComparer.Ordinal));
    }

    [Theory]
    [InlineData("/health")]
    [InlineData("/alive")]
    public async Task A_serving_member_is_healthy(string target) =>
        Assert.Equal("Healthy", await shared.Node.Http.GetStringAsync(target, TestContext.Current.CancellationToken));

    private static (string State, bool Found) StateOf(JsonElement explained) =>
        (Text(explained.GetProperty("replicas")[0], "state"), explained.GetProperty("found").GetBoolean());

    private static string Text(JsonElement element, string name) => element.GetProperty(name).GetString()!;

    private static long Number(JsonElement element, string name) => element.GetProperty(name).GetInt64();

    private async Task<JsonElement> ViewAsync(string target)
    {
        using HttpResponseMessage answer = await shared.Node.SendAsync(HttpMethod.Get, target);
        Assert.Equal(new HttpAnswer(HttpStatusCode.OK, null, null), await HttpAnswer.ReadAsync(answer));
        return JsonDocument.Parse(await answer.Content.ReadAsStringAsync(TestContext.Current.CancellationToken)).RootElement;
    }
}

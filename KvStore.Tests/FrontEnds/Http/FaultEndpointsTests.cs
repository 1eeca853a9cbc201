using System.Net;
using System.Text.Json;
using KvStore.Node;
using Xunit;

namespace KvStore.Tests.FrontEnds.Http;

public sealed class FaultEndpointsTests(SharedNode shared) : IClassFixture<SharedNode>
{
    [Theory]
    [InlineData("POST", "/cluster/faults/pause")]
    [InlineData("DELETE", "/cluster/faults")]
    [InlineData("DELETE", "/cluster/faults/1")]
    [InlineData("POST", "/cluster/kill/node1")]
    public async Task Where_faults_are_not_allowed_each_is_refused_and_the_setting_is_named(string method, string target)
    {
        using HttpResponseMessage answer = await shared.Node.SendAsync(new HttpMethod(method), target);

        Assert.Equal(new HttpAnswer(HttpStatusCode.Forbidden, "faults-not-allowed", "not-applied"), await HttpAnswer.ReadAsync(answer));
        Assert.Contains("KvStore__AllowFaults", await answer.Content.ReadAsStringAsync(TestContext.Current.CancellationToken), StringComparison.Ordinal);
        Assert.False((await StatusAsync(shared.Node)).GetProperty("faultsAllowed").GetBoolean());
    }

    [Fact]
    public async Task A_fault_is_begun_shown_and_undone()
    {
        await using RunningNode node = await RunningNode.StartAsync(new NodeOptions { AllowFaults = true });
        Assert.False((await ViewAsync(node, HttpMethod.Get, "/cluster")).TryGetProperty("faults", out _));

        JsonElement slow = await ViewAsync(node, HttpMethod.Post, "/cluster/faults/slow?delay=250&seconds=60");
        JsonElement pause = await ViewAsync(node, HttpMethod.Post, "/cluster/faults/pause");
        Assert.Equal((1, "slow", 250, 0), (Number(slow, "id"), slow.GetProperty("kind").GetString(), Number(slow, "delayMilliseconds"), slow.GetProperty("members").GetArrayLength()));
        Assert.InRange(Number(slow, "millisecondsLeft"), 1, 60_000);
        Assert.InRange(Number(pause, "millisecondsLeft"), 60_001, 300_000);
        Assert.True((await StatusAsync(node)).GetProperty("faultsAllowed").GetBoolean());
        Assert.Equal([1, 2], (await ViewAsync(node, HttpMethod.Get, "/cluster")).GetProperty("faults").EnumerateArray().Select(fault => Number(fault, "id")));

        JsonElement left = await ViewAsync(node, HttpMethod.Delete, "/cluster/faults/1");
        Assert.Equal([2], left.GetProperty("faults").EnumerateArray().Select(fault => Number(fault, "id")));
        Assert.Equal(0, (await ViewAsync(node, HttpMethod.Delete, "/cluster/faults")).GetProperty("faults").GetArrayLength());
        Assert.Equal(0, (await StatusAsync(node)).GetProperty("faults").GetArrayLength());

        await RefusedAsync(node, HttpMethod.Delete, "/cluster/faults/1", new HttpAnswer(HttpStatusCode.NotFound, "no-such-fault", "not-applied"));
        await RefusedAsync(node, HttpMethod.Post, "/cluster/kill/node2", new HttpAnswer(HttpStatusCode.NotFound, "no-such-member", "not-applied"));
        await RefusedAsync(node, HttpMethod.Post, "/cluster/faults/partition?members=node2", new HttpAnswer(HttpStatusCode.NotFound, "no-such-member", "not-applied"));
    }

    [Fact]
    public async Task What_is_out_of_bounds_is_refused_and_nothing_is_begun()
    {
        await using RunningNode node = await RunningNode.StartAsync(new NodeOptions { AllowFaults = true });
        foreach (string target in new[]
        {
            "storm", "Slow?delay=1", "0?delay=1", "slow", "slow?delay=10001", "slow?delay=1&percent=1", "slow?delay=x", "drop", "drop?percent=101", "drop?percent=50&delay=1",
            "pause?seconds=3601", "pause?members=node1", "partition?members=node1", "pause?forever=true",
        })
        {
            await RefusedAsync(node, HttpMethod.Post, $"/cluster/faults/{target}", new HttpAnswer(HttpStatusCode.BadRequest, "malformed", "not-applied"));
        }

        await RefusedAsync(node, HttpMethod.Delete, "/cluster/faults/0", new HttpAnswer(HttpStatusCode.BadRequest, "malformed", "not-applied"));
        await RefusedAsync(node, HttpMethod.Delete, "/cluster/faults?id=1", new HttpAnswer(HttpStatusCode.BadRequest, "malformed", "not-applied"));
        Assert.Equal(0, (await StatusAsync(node)).GetProperty("faults").GetArrayLength());
    }

    private static long Number(JsonElement element, string name) => element.GetProperty(name).GetInt64();

    private static Task<JsonElement> StatusAsync(RunningNode node) => ViewAsync(node, HttpMethod.Get, "/admin/status");

    private static async Task RefusedAsync(RunningNode node, HttpMethod method, string target, HttpAnswer expected)
    {
        using HttpResponseMessage answer = await node.SendAsync(method, target);
        Assert.Equal((target, expected), (target, await HttpAnswer.ReadAsync(answer)));
    }

    private static async Task<JsonElement> ViewAsync(RunningNode node, HttpMethod method, string target)
    {
        using HttpResponseMessage answer = await node.SendAsync(method, target);
        Assert.Equal(new HttpAnswer(HttpStatusCode.OK, null, null), await HttpAnswer.ReadAsync(answer));
        return JsonDocument.Parse(await answer.Content.ReadAsStringAsync(TestContext.Current.CancellationToken)).RootElement;
    }
}

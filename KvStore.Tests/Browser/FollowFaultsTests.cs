using KvStore.Client;
using KvStore.Tests.Cluster;
using Microsoft.Playwright;

namespace KvStore.Tests.Browser;

/// <summary>What only happens when replicas are slow or away is provoked by faults of a real cluster, and seen on the page that follows a request.</summary>
[Collection(nameof(PageTests))]
public sealed class FollowFaultsTests(PagesUnderTest under) : IAsyncDisposable
{
    private const string Healthy = "Healthy: 3 of 3 members, every slot has 3 replicas";

    private readonly CancellationToken _cancellation = TestContext.Current.CancellationToken;

    public async ValueTask DisposeAsync() => await under.UndoFaultsAsync();

    [Fact]
    public async Task Where_replicas_are_slow_a_read_is_hedged_and_an_ack_comes_late()
    {
        await using OpenPage page = await OpenAsync();
        await under.Cluster.Grpc("node1").PutAsync("follow:slow", "v"u8.ToArray(), cancellationToken: _cancellation);
        foreach (string node in new[] { "node2", "node3" })
        {
            await SlowAsync(node, milliseconds: 200);
        }

        // Whichever of them is asked first takes longer than nearly always, and the other is asked as well; unless it was asked
        // from the start, to see how it is, because it had not been for a second: so it is asked just before.
        await ChooseAsync(page, "get", "follow:slow", "quorum", "node1");
        await Eventually.IsAsync(
            "a read through node1 is hedged",
            true,
            async limit =>
            {
                await under.Cluster.Grpc("node1").GetAsync("follow:slow", cancellationToken: limit);
                await page.PressAsync("Run and follow");
                await OpenPage.SaysAsync(Happened(page), "Answered: 1 B, version");
                return (await Happened(page).TextContentAsync())!.Contains("is asked as well (a hedge)", StringComparison.Ordinal);
            },
            _cancellation);

        await under.Cluster.Grpc("node2").Cluster.EndFaultAsync(id: null, _cancellation);
        await FollowAsync(page, "put", "follow:slow", "quorum", "node1");
        await OpenPage.SaysAsync(Happened(page), "node3 has accepted as well, after the answer.");
        await Assertions.Expect(page.Page.Locator("svg.ring .ways .late")).ToHaveCountAsync(1);
        await OpenPage.SaysAsync(page.Page.Locator("svg.ring .centre"), "3 of 3");
        await OpenPage.SaysAsync(page.Page.Locator("svg.ring g.member", new() { HasText = "node3" }).Locator(".sign"), "✓");
        Assert.Empty(page.Problems);
    }

    [Fact]
    public async Task For_a_replica_that_is_away_a_hint_is_kept_a_read_repairs_it_and_the_hint_is_given_when_it_is_back()
    {
        await using OpenPage page = await OpenAsync();
        NetworkFault fromFirst = await PartitionAsync("node3", "node1");
        NetworkFault fromSecond = await PartitionAsync("node3", "node2");

        await FollowAsync(page, "put", "follow:away", "quorum", "node1");
        await OpenPage.SaysAsync(Happened(page), "node3 stays silent: the record is kept for it as a hint.");
        await OpenPage.SaysAsync(page.Page.Locator("svg.ring g.member", new() { HasText = "node3" }).Locator(".sign"), "H");
        await FollowAsync(page, "put", "follow:waits", "quorum", "node1");
        await OpenPage.SaysAsync(Happened(page), "kept for it as a hint");

        // Who keeps the hints does not reach it yet; another does, and what it reads teaches it, unless the comparison of their
        // slots was there first.
        await ChooseAsync(page, "get", "follow:away", "all", "node2");
        int attempts = 0;
        await Eventually.IsAsync(
            "a read through node2 repairs node3",
            true,
            async limit =>
            {
                string key = $"follow:away:{++attempts}";
                await under.Cluster.Grpc("node1").PutAsync(key, "v"u8.ToArray(), cancellationToken: limit);
                await under.Cluster.Grpc("node3").Cluster.EndFaultAsync(fromSecond.Id, limit);
                await ReachesThirdAsync("node2");
                await page.Page.Locator("#follow-key").FillAsync(key);
                await page.PressAsync("Run and follow");
                await OpenPage.SaysAsync(page.Page.Locator("#events-heading"), key);
                await OpenPage.SaysAsync(Happened(page), "Answered");
                bool isSeen = (await Happened(page).TextContentAsync())!.Contains("node3 was behind: it is sent what was read (a repair).", StringComparison.Ordinal);
                fromSecond = isSeen ? fromSecond : await PartitionAsync("node3", "node2");
                return isSeen;
            },
            _cancellation);
        await OpenPage.SaysAsync(page.Page.Locator("svg.ring g.member", new() { HasText = "node3" }).Locator(".sign"), "R");

        await under.Cluster.Grpc("node3").Cluster.EndFaultAsync(fromFirst.Id, _cancellation);
        await page.GoAsync("/events?kind=repairs");
        ILocator events = page.Page.GetByRole(AriaRole.List, new() { Name = "Events" });
        await OpenPage.SaysAsync(events, "node2 taught node3");
        await OpenPage.SaysAsync(events, "node1 gave node3");
        await page.GoAsync("/");
        await OpenPage.SaysAsync(page.Status, Healthy);
        await OpenPage.SaysAsync(page.Tile("Hints waiting").Locator(".value"), "0");
        await page.GoAsync("/keys?key=follow%3Awaits");
        await Assertions.Expect(page.Page.Locator(".replicas > div")).ToHaveCountAsync(3, new() { Timeout = 60_000 });
        await Assertions.Expect(page.Page.Locator(".replicas > .differs")).ToHaveCountAsync(0);
        Assert.Empty(page.Problems);
    }

    private async Task<OpenPage> OpenAsync()
    {
        OpenPage page = await under.OpenAsync();
        await OpenPage.SaysAsync(page.Status, Healthy);
        return page;
    }

    private static async Task FollowAsync(OpenPage page, string what, string key, string level, string through)
    {
        await ChooseAsync(page, what, key, level, through);
        await page.PressAsync("Run and follow");
    }

    private static async Task ChooseAsync(OpenPage page, string what, string key, string level, string through)
    {
        await page.GoAsync($"/follow?key={Uri.EscapeDataString(key)}");
        await page.ConnectedAsync();
        await page.Page.GetByLabel("What").SelectOptionAsync(what);
        await page.Page.GetByLabel("Level").SelectOptionAsync(level);
        await page.Page.GetByLabel("Coordinated by").SelectOptionAsync(new SelectOptionValue { Label = through });
    }

    private static ILocator Happened(OpenPage page) => page.Page.GetByRole(AriaRole.Region, new() { Name = "What happened" });

    private Task ReachesThirdAsync(string node) => Eventually.IsAsync(
        $"{node} reaches node3",
        true,
        async limit => (await under.Cluster.Grpc(node).Cluster.GetStatusAsync(limit)).Peers.Single(peer => peer.Name == "node3").Connected,
        _cancellation);

    private Task<NetworkFault> PartitionAsync(string member, string other) => under.Cluster.Grpc(member).Cluster.BeginFaultAsync(
        new NetworkFaultOrder(NetworkFaultKind.Partition) { Members = [other] }, _cancellation);

    private Task<NetworkFault> SlowAsync(string member, int milliseconds) => under.Cluster.Grpc(member).Cluster.BeginFaultAsync(
        new NetworkFaultOrder(NetworkFaultKind.Slow) { Members = ["node1"], Delay = TimeSpan.FromMilliseconds(milliseconds) }, _cancellation);
}

using System.Diagnostics;
using KvStore.Tests.Cluster;
using Microsoft.Playwright;

namespace KvStore.Tests.Browser;

/// <summary>The page does what it says, in a real browser, of a real cluster.</summary>
[Collection(nameof(PageTests))]
public sealed class ClusterPageTests(PagesUnderTest under, ITestOutputHelper output)
{
    private const string Healthy = "Healthy: 3 of 3 members, every slot has 3 replicas";

    private readonly CancellationToken _cancellation = TestContext.Current.CancellationToken;

    [Fact]
    public async Task The_page_loads_whole_from_its_own_server_and_says_how_the_cluster_is()
    {
        await using OpenPage page = await under.OpenAsync();

        await OpenPage.SaysAsync(page.Status, Healthy);
        foreach (string node in RunningCluster.Nodes)
        {
            await OpenPage.SaysAsync(page.Member(node), "Serving");
            await OpenPage.SaysAsync(page.Member(node), "2 of 2");
        }

        Assert.Empty(page.Problems);
        Assert.Empty(await Legibility.FindingsAsync(page.Page));
        Assert.Equal([under.Cluster.PageAddress.Authority], page.Requests.Select(request => request.Authority).Distinct());
    }

    [Fact]
    public async Task A_key_is_put_read_found_on_its_replicas_and_deleted()
    {
        await using OpenPage page = await under.OpenAsync();
        await OpenPage.SaysAsync(page.Status, Healthy);

        await page.TypeKeyAsync("browser:1");
        await page.TypeValueAsync("twelve bytes");
        await page.PressAsync("Put");
        await OpenPage.SaysAsync(page.Outcome, "browser:1 Stored 12 B.");

        await page.PressAsync("Get");
        await OpenPage.SaysAsync(page.Outcome, "Read 12 B.");
        await OpenPage.SaysAsync(page.Outcome.Locator("pre"), "twelve bytes");

        await OpenPage.SaysAsync(page.Whereabouts, "A read finds the value.");
        Assert.Equal(
            RunningCluster.Nodes,
            (await page.Whereabouts.GetByRole(AriaRole.Rowheader).AllInnerTextsAsync()).Select(text => text.Split()[^1]).Order());
        Assert.Equal(["1", "2", "3"], (await page.Page.Locator("svg .sign text").AllTextContentsAsync()).Order());

        await page.PressAsync("Delete");
        await OpenPage.SaysAsync(page.Outcome, "Deleted.");
        await OpenPage.SaysAsync(page.Whereabouts, "A read finds no value.");
        await page.PressAsync("Get");
        await OpenPage.SaysAsync(page.Outcome, "There is no value at this key.");
        Assert.Empty(page.Problems);
    }

    [Fact]
    public async Task A_value_that_is_no_text_is_shown_as_bytes()
    {
        await under.Cluster.Grpc("node1").PutAsync("browser:bytes", new byte[] { 0xFF, 0x00, 0x10 }, cancellationToken: _cancellation);
        await using OpenPage page = await under.OpenAsync();

        // Enter in the key's field reads it.
        await OpenPage.SaysAsync(page.Status, Healthy);
        await page.TypeKeyAsync("browser:bytes");
        await page.Page.Keyboard.PressAsync("Enter");

        await OpenPage.SaysAsync(page.Outcome.Locator("pre"), "0000  ff 00 10");
    }

    [Fact]
    public async Task A_killed_node_is_told_without_loading_the_page_anew_and_so_is_its_return()
    {
        await using OpenPage page = await under.OpenAsync();
        await OpenPage.SaysAsync(page.Status, Healthy);

        long killed = Stopwatch.GetTimestamp();
        await under.Cluster.KillAsync("node3", _cancellation);
        await OpenPage.SaysAsync(page.Status, "Degraded: node3 unreachable; every slot still has a majority");
        output.WriteLine($"A killed node is on the page after {Stopwatch.GetElapsedTime(killed).TotalSeconds:0.0} s.");
        await OpenPage.SaysAsync(page.Member("node3"), "Unreachable for");
        await OpenPage.SaysAsync(page.Member("node3"), "No connection to");
        await OpenPage.SaysAsync(page.Member("node3"), "0 of 2");

        await page.TypeKeyAsync("browser:2");
        await page.Page.GetByLabel("Level").SelectOptionAsync("all");
        await page.PressAsync("Put");
        await OpenPage.SaysAsync(page.Outcome, "Not applied: nothing changed, and trying again is safe.");
        await OpenPage.SaysAsync(page.Whereabouts, "did not answer");

        await under.Cluster.StartNodeAsync("node3", RunningCluster.Nodes, _cancellation);
        await OpenPage.SaysAsync(page.Status, Healthy);
        Assert.Empty(page.Problems);
    }

    [Fact]
    public async Task What_was_typed_survives_a_lost_connection()
    {
        IWebSocketRoute? socket = null;
        await using OpenPage page = await under.OpenAsync(prepare: opening => opening.RouteWebSocketAsync("**/_blazor", route =>
        {
            route.ConnectToServer();
            socket = route;
        }));
        await OpenPage.SaysAsync(page.Status, Healthy);
        await page.TypeKeyAsync("browser:3");
        await page.PressAsync("Get");
        await OpenPage.SaysAsync(page.Outcome, "browser:3");

        IWebSocketRoute lost = socket!;
        await lost.CloseAsync();
        await Assertions.Expect(page.Page.Locator("#components-reconnect-modal")).ToHaveClassAsync("components-reconnect-hide");

        Assert.NotSame(lost, socket);
        await page.TypeValueAsync("after");
        await page.PressAsync("Put");
        await OpenPage.SaysAsync(page.Outcome, "browser:3 Stored 5 B.");
    }

    [Fact]
    public async Task The_theme_that_was_chosen_is_kept()
    {
        await using OpenPage page = await under.OpenAsync();
        ILocator root = page.Page.Locator("html");
        Assert.Null(await root.GetAttributeAsync("data-theme"));
        string light = await BackgroundAsync(page);

        await page.PressAsync("Switch between light and dark");
        await Assertions.Expect(root).ToHaveAttributeAsync("data-theme", "dark");
        await page.Page.ReloadAsync();

        Assert.Equal("dark", await root.GetAttributeAsync("data-theme"));
        Assert.NotEqual(light, await BackgroundAsync(page));
    }

    [Fact]
    public async Task An_address_without_a_page_says_so()
    {
        await using OpenPage page = await under.OpenAsync();

        IResponse? response = await page.Page.GotoAsync(new Uri(under.Cluster.PageAddress, "nothing/here").ToString());

        Assert.Equal(404, response!.Status);
        await OpenPage.SaysAsync(page.Status, "There is nothing at this address.");
    }

    [Theory]
    [InlineData(390)]
    [InlineData(768)]
    [InlineData(1440)]
    public async Task The_page_is_no_wider_than_the_screen(int width)
    {
        await using OpenPage page = await under.OpenAsync(width);
        await OpenPage.SaysAsync(page.Status, Healthy);
        await page.TypeKeyAsync("browser:" + new string('k', 200));
        await page.PressAsync("Get");
        await OpenPage.SaysAsync(page.Whereabouts, "A read finds no value.");

        Assert.InRange(await page.Page.EvaluateAsync<int>("document.documentElement.scrollWidth"), 1, width);
    }

    private static Task<string> BackgroundAsync(OpenPage page) =>
        page.Page.EvaluateAsync<string>("getComputedStyle(document.body).backgroundColor");
}

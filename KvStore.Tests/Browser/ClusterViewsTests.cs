using System.Diagnostics;
using System.Net.Http;
using System.Text;
using KvStore.Tests.Cluster;
using Microsoft.Playwright;

namespace KvStore.Tests.Browser;

/// <summary>Each view of the cluster does what it says, in a real browser, of a real cluster.</summary>
[Collection(nameof(PageTests))]
public sealed class ClusterViewsTests(PagesUnderTest under, ITestOutputHelper output)
{
    private const string Healthy = "Healthy: 3 of 3 members, every slot has 3 replicas";

    private static readonly (string Path, string Heading)[] Views =
        [("/", Healthy), ("/ring", "Ring"), ("/ring?as=strip&measure=bytes", "Ring"), ("/members", "Members"), ("/members?beside=node1,node3", "Members"), ("/members/node1", "node1"), ("/events", "Events"), ("/operate", "Operate")];

    private readonly CancellationToken _cancellation = TestContext.Current.CancellationToken;

    [Theory]
    [InlineData(390)]
    [InlineData(1440)]
    public async Task Every_view_can_be_linked_to_is_legible_light_and_dark_and_no_wider_than_the_screen(int width)
    {
        await using OpenPage page = await under.OpenAsync(width);
        await OpenPage.SaysAsync(page.Status, Healthy);
        foreach ((string path, string heading) in Views)
        {
            await page.GoAsync(path);
            await OpenPage.SaysAsync(page.Status, heading);
            foreach (ColorScheme scheme in new[] { ColorScheme.Light, ColorScheme.Dark })
            {
                await page.Page.EmulateMediaAsync(new PageEmulateMediaOptions { ColorScheme = scheme });
                Assert.True((await Legibility.FindingsAsync(page.Page)) is [], $"{path} {scheme}: {string.Join("; ", await Legibility.FindingsAsync(page.Page))}");
            }

            int wide = await page.Page.EvaluateAsync<int>("document.documentElement.scrollWidth");
            Assert.True(wide <= width, $"{path} is {wide} wide");
        }

        Assert.Empty(page.Problems);
    }

    [Fact]
    public async Task Places_are_reached_by_pointer_and_by_keys_without_loading_anew()
    {
        await using OpenPage page = await under.OpenAsync();
        await OpenPage.SaysAsync(page.Status, Healthy);
        await page.ConnectedAsync();
        await page.Page.EvaluateAsync("window.isKept = true");

        await page.Page.GetByRole(AriaRole.Link, new PageGetByRoleOptions { Name = "Members", Exact = true }).ClickAsync();
        await OpenPage.SaysAsync(page.Status, "Members");
        await Assertions.Expect(page.Page).ToHaveTitleAsync("Members · KvStore");
        await Assertions.Expect(page.Page.Locator("main")).ToBeFocusedAsync();
        await page.Page.Keyboard.PressAsync("r");
        await OpenPage.SaysAsync(page.Status, "Ring");
        await Assertions.Expect(page.Page).ToHaveTitleAsync("Ring · KvStore");
        await page.Page.GoBackAsync();
        await OpenPage.SaysAsync(page.Status, "Members");
        await page.Page.Keyboard.PressAsync("?");
        await Assertions.Expect(page.Page.GetByRole(AriaRole.Dialog)).ToBeVisibleAsync();

        Assert.True(await page.Page.EvaluateAsync<bool>("window.isKept === true"), "a page was loaded anew");
        Assert.Empty(page.Problems);
    }

    [Fact]
    public async Task The_overview_tells_operations_and_how_long_they_take()
    {
        await using OpenPage page = await under.OpenAsync();
        await OpenPage.SaysAsync(page.Status, Healthy);
        using CancellationTokenSource enough = CancellationTokenSource.CreateLinkedTokenSource(_cancellation);
        Task load = LoadAsync(enough.Token);
        try
        {
            await Assertions.Expect(page.Tile("Operations/s").Locator(".value")).ToHaveTextAsync(
                new System.Text.RegularExpressions.Regex("^[1-9]"), new LocatorAssertionsToHaveTextOptions { Timeout = 60_000 });
            await Assertions.Expect(page.Tile("p99").Locator(".value")).ToHaveTextAsync(
                new System.Text.RegularExpressions.Regex("ms$|s$"), new LocatorAssertionsToHaveTextOptions { Timeout = 60_000 });
            await OpenPage.SaysAsync(page.Tile("Epoch"), "all that answer are at it");
            Assert.NotEmpty(await page.Tile("Operations/s").Locator("path.line").GetAttributeAsync("d") ?? "");
        }
        finally
        {
            await enough.CancelAsync();
            await load;
        }
    }

    [Fact]
    public async Task The_ring_shows_the_measure_of_its_address_and_is_saved_as_a_file()
    {
        await using OpenPage page = await under.OpenAsync();
        await OpenPage.SaysAsync(page.Status, Healthy);

        await page.GoAsync("/ring?measure=keys");
        await page.ConnectedAsync();
        await Assertions.Expect(page.Page.Locator(".choices [aria-current]").First).ToHaveTextAsync("Keys");
        await page.Page.GetByRole(AriaRole.Link, new PageGetByRoleOptions { Name = "Slots", Exact = true }).Last.ClickAsync();
        await OpenPage.SaysAsync(page.Page.Locator("svg .caption").First, "16,384");
        Assert.EndsWith("measure=slots", page.Page.Url, StringComparison.Ordinal);

        IDownload download = await page.Page.RunAndWaitForDownloadAsync(() => page.PressAsync("Save as SVG"));
        await using Stream saved = await download.CreateReadStreamAsync();
        using StreamReader reader = new(saved, Encoding.UTF8);
        string svg = await reader.ReadToEndAsync(_cancellation);
        Assert.Equal("ring.svg", download.SuggestedFilename);
        Assert.StartsWith("<svg", svg, StringComparison.Ordinal);
        Assert.All(RunningCluster.Nodes, node => Assert.Contains(node, svg, StringComparison.Ordinal));
        Assert.Empty(page.Problems);
    }

    [Fact]
    public async Task A_killed_node_is_seen_in_the_matrix_told_as_an_event_and_planned_to_go()
    {
        await using OpenPage page = await under.OpenAsync();
        await OpenPage.SaysAsync(page.Status, Healthy);
        await page.GoAsync("/members");
        await page.ConnectedAsync();
        ILocator cell = page.Page.Locator("td[title^='node1 → node3']");
        await Assertions.Expect(cell).ToHaveClassAsync("good", new LocatorAssertionsToHaveClassOptions { Timeout = 60_000 });

        await OpenPage.SaysAsync(page.Page.Locator(".level"), "Healthy");
        long killed = Stopwatch.GetTimestamp();
        await under.Cluster.KillAsync("node3", _cancellation);
        await OpenPage.SaysAsync(page.Page.Locator(".level"), "Degraded");
        output.WriteLine($"A killed node changes the word at the top of every page after {Stopwatch.GetElapsedTime(killed).TotalSeconds:0.0} s.");
        await OpenPage.SaysAsync(cell, "dead");
        output.WriteLine($"It is dead in the matrix after {Stopwatch.GetElapsedTime(killed).TotalSeconds:0.0} s.");

        await page.Page.Keyboard.PressAsync("e");
        await OpenPage.SaysAsync(page.Page.GetByRole(AriaRole.List, new PageGetByRoleOptions { Name = "Events" }), "node3 is taken for dead");
        await page.GoAsync("/operate?member=node3");
        await page.PressAsync("Remove…");
        await OpenPage.SaysAsync(page.Page.GetByRole(AriaRole.Alert, new PageGetByRoleOptions { Name = "Refusal" }), "The cluster refuses this");
        await page.PressAsync("Plan it with fewer copies of keys, if that is why");
        ILocator begin = page.Page.GetByRole(AriaRole.Button, new PageGetByRoleOptions { Name = "Begin: node3 is removed" });
        await Assertions.Expect(begin).ToBeDisabledAsync(new LocatorAssertionsToBeDisabledOptions { Timeout = 60_000 });
        await page.Page.GetByLabel("To begin it, type").FillAsync("node3");
        await Assertions.Expect(begin).ToBeEnabledAsync();
        await page.PressAsync("Do nothing");
        await Assertions.Expect(begin).ToHaveCountAsync(0);

        await under.Cluster.StartNodeAsync("node3", RunningCluster.Nodes, _cancellation);
        await page.GoAsync("/");
        await OpenPage.SaysAsync(page.Status, Healthy);
        Assert.Empty(page.Problems);
    }

    [Fact]
    public async Task Without_the_token_there_is_the_login_and_nothing_else()
    {
        using HttpClient browser = new(new HttpClientHandler { AllowAutoRedirect = false, UseCookies = false }) { BaseAddress = under.Cluster.PageAddress };
        string token = under.Cluster.Configuration["AppHost:BrowserToken"]!;

        Assert.Equal(
            ["/ 302", "/operate 302", "/nothing/here 302", "/_blazor/negotiate 401", "/health 200", "/login 200", "/login?t=another 401"],
            await Task.WhenAll(new[] { "/", "/operate", "/nothing/here", "/_blazor/negotiate", "/health", "/login", "/login?t=another" }.Select(AskAsync)));
        Assert.Equal("/operate?member=node1", await LeadsToAsync("/operate?member=node1"));
        Assert.Equal("/", await LeadsToAsync("//example.org"));
        Assert.Equal("/", await LeadsToAsync("https://example.org/"));

        async Task<string> AskAsync(string path)
        {
            using HttpResponseMessage answer = await browser.GetAsync(path, _cancellation);
            return $"{path} {(int)answer.StatusCode}";
        }

        async Task<string?> LeadsToAsync(string returnUrl)
        {
            using HttpResponseMessage answer = await browser.GetAsync($"/login?t={token}&returnUrl={Uri.EscapeDataString(returnUrl)}", _cancellation);
            return answer.Headers.Location?.ToString();
        }
    }

    private async Task LoadAsync(CancellationToken cancellationToken)
    {
        for (int i = 0; !cancellationToken.IsCancellationRequested; i++)
        {
            await under.Cluster.Grpc("node1").PutAsync($"views:{i % 100}", "value"u8.ToArray(), cancellationToken: CancellationToken.None);
        }
    }
}

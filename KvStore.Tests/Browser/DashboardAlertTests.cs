using Aspire.Dashboard.Feed;
using KvStore.Tests.StandIns.Dashboard;
using Microsoft.Playwright;

namespace KvStore.Tests.Browser;

/// <summary>Rules are added, fire, are seen from every page, switched off and removed.</summary>
[Collection(nameof(LoneDashboardTests))]
public sealed class DashboardAlertTests(RunningChromium browser) : IAsyncLifetime
{
    private readonly CancellationToken _cancellation = TestContext.Current.CancellationToken;
    private ResourceFeed _feed = null!;
    private RunningDashboard _dashboard = null!;

    public async ValueTask InitializeAsync()
    {
        _feed = await ResourceFeed.StartAsync(
            [new FeedMessage { Resource = new ResourceState { Id = "node1", Name = "node1", Type = "Project", State = "Exited", ExitCode = 134 } }], _cancellation);
        _dashboard = await RunningDashboard.StartAsync(_cancellation, resourceService: _feed.Address);
    }

    public async ValueTask DisposeAsync()
    {
        await _dashboard.DisposeAsync();
        await _feed.DisposeAsync();
    }

    [Fact]
    public async Task A_rule_is_added_fires_on_every_page_and_leads_to_its_resource()
    {
        await using OpenPage page = await OpenAsync("/alerts");
        await page.PressAsync("Add rule");
        ILocator form = page.Page.GetByLabel("A new rule");
        await form.GetByLabel("Name").FillAsync("Node 1 is gone");
        await form.GetByLabel("Watches").SelectOptionAsync("ResourceNotRunning");
        await form.GetByLabel("Resource", new() { Exact = true }).FillAsync("node1");
        await form.GetByLabel("Seconds").FillAsync("0");
        await page.PressAsync("Save");

        ILocator row = page.Page.Locator(".alerts .row").Filter(new() { HasText = "Node 1 is gone" });
        await OpenPage.SaysAsync(row, "Firing");
        await OpenPage.SaysAsync(row, "Exited (134)");
        await OpenPage.SaysAsync(page.Page.Locator(".history"), "Node 1 is gone");
        await page.Page.Keyboard.PressAsync("t");
        await Assertions.Expect(page.Page.Locator(".bar .badge")).ToHaveTextAsync("1");
        await page.Page.Keyboard.PressAsync("a");
        await row.GetByRole(AriaRole.Link, new() { Name = "Resource of Node 1 is gone" }).ClickAsync();
        await OpenPage.SaysAsync(page.Page.GetByLabel("Details of a resource"), "node1");

        await page.Page.Keyboard.PressAsync("a");
        await row.GetByRole(AriaRole.Switch).ClickAsync();
        await OpenPage.SaysAsync(row, "Off");
        await Assertions.Expect(page.Page.Locator(".bar .badge")).ToHaveCountAsync(0);
        await row.ClickAsync();
        await page.PressAsync("Remove");
        await Assertions.Expect(row).ToHaveCountAsync(0);
        Assert.Empty(page.Problems);
    }

    [Fact]
    public async Task A_rule_that_is_built_in_is_changed_and_becomes_what_it_was()
    {
        await using OpenPage page = await OpenAsync("/alerts?edit=refused");
        await page.Page.GetByLabel("The number").FillAsync("2.5");
        await page.PressAsync("Save");
        ILocator row = page.Page.Locator(".alerts .row").Filter(new() { HasText = "Operations are refused" });
        await OpenPage.SaysAsync(row, "above 2.5 a second");
        await row.ClickAsync();
        await page.PressAsync("As it was built in");
        await OpenPage.SaysAsync(row, "above 0 a second");
        Assert.Empty(page.Problems);
    }

    private async Task<OpenPage> OpenAsync(string path)
    {
        OpenPage page = await browser.NewPageAsync(1200, 800);
        await page.Page.GotoAsync(new Uri(_dashboard.Frontend, $"/login?t={RunningDashboard.Token}&returnUrl={Uri.EscapeDataString(path)}").ToString());
        await page.ConnectedAsync();
        return page;
    }
}

using KvStore.Tests.Cluster;
using KvStore.Tests.StandIns.Aspire;
using KvStore.Tests.Web;
using Microsoft.Playwright;

namespace KvStore.Tests.Browser;

/// <summary>The page of a hundred members, in a real browser. They are not real: each is what such a member would tell.</summary>
[Collection(nameof(LoneDashboardTests))]
public sealed class ManyMembersTests(RunningChromium browser)
{
    private const int Count = 100;

    private static readonly (string Name, string Path)[] Views =
        [("overview", "/"), ("ring", "/ring?as=ring"), ("strip", "/ring"), ("members", "/members"), ("operate", "/operate"), ("slots", "/slots")];

    private readonly CancellationToken _cancellation = TestContext.Current.CancellationToken;

    [Fact]
    public async Task A_hundred_members_are_legible_at_both_widths()
    {
        SystemChromium.Require();
        await using ScriptedMembers members = await ScriptedMembers.StartAsync(Count);
        int port = FreePorts.Take();
        await using NodeProcess shown = NodeProcess.StartPage(new Uri($"http://127.0.0.1:{port}"), members.Addresses);
        await shown.WaitUntilHealthyAsync("start of a page of a hundred members", port, _cancellation);
        foreach (int width in new[] { 1440, 390 })
        {
            await using OpenPage page = await browser.NewPageAsync(width, height: 1000);
            await page.Page.GotoAsync($"http://127.0.0.1:{port}/");
            await OpenPage.SaysAsync(page.Status, $"{Count} of {Count} members");
            foreach ((string name, string path) in Views)
            {
                await page.GoAsync(path);
                await page.ConnectedAsync();
                await AssertIsLegibleAsync(page, name, width);
            }

            // The last one: what one member does not tell is missing, and nothing else.
            await OpenPage.SaysAsync(page.Page.Locator("main"), "node1 did not answer");

            Assert.Empty(page.Problems);
        }
    }

    private static async Task AssertIsLegibleAsync(OpenPage page, string name, int width)
    {
        Assert.Equal([], (await Legibility.FindingsAsync(page.Page)).Select(finding => $"{name} {width}: {finding}"));
        Assert.InRange(await page.Page.EvaluateAsync<int>("document.documentElement.scrollWidth"), 1, width);
        string picture = Path.Combine(Tidy.Repository.Root, "artifacts", "screenshots", $"web-hundred-{name}-{width}.png");
        await page.Page.ScreenshotAsync(new PageScreenshotOptions { Path = picture, FullPage = true });
    }
}

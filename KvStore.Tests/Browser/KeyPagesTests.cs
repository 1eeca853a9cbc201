using System.Text;
using System.Text.RegularExpressions;
using KvStore.Client;
using KvStore.Tests.Cluster;
using Microsoft.Playwright;

namespace KvStore.Tests.Browser;

/// <summary>The pages about keys, slots and requests do what they say, in a real browser, of a real cluster.</summary>
[Collection(nameof(PageTests))]
public sealed partial class KeyPagesTests(PagesUnderTest under)
{
    private readonly CancellationToken _cancellation = TestContext.Current.CancellationToken;

    private KvClient Client => under.Cluster.Grpc("node1");

    [Fact]
    public async Task Keys_are_browsed_as_a_tree_and_one_is_opened_by_its_address()
    {
        foreach (string key in new[] { "tree:a", "tree:b:1", "tree:b:2", "tree:b:2:x" })
        {
            await Client.PutAsync(key, "{\"of\":1}"u8.ToArray(), cancellationToken: _cancellation);
        }

        await using OpenPage page = await OpenAsync("/keys?prefix=tree%3A");
        ILocator tree = page.Page.GetByRole(AriaRole.Region, new() { Name = "Tree of keys" });
        await OpenPage.SaysAsync(tree, "3 keys");
        await tree.GetByRole(AriaRole.Button, new() { Name = "b:" }).ClickAsync();
        await tree.GetByRole(AriaRole.Link).Filter(new() { HasText = "2" }).Last.ClickAsync();

        await Assertions.Expect(page.Page).ToHaveURLAsync(OfKey());
        await OpenPage.SaysAsync(page.Page.Locator("pre[aria-label='The value as JSON']"), "\"of\": 1");
        await OpenPage.SaysAsync(page.Whereabouts, "A read finds the value.");
        await Assertions.Expect(page.Page.Locator(".replicas > div")).ToHaveCountAsync(3);
        Assert.Equal(["1", "2", "3"], (await page.Page.Locator("svg .sign text").AllTextContentsAsync()).Order());
        Assert.Empty(page.Problems);
    }

    [Fact]
    public async Task An_edit_that_lost_the_race_shows_both_values_and_may_insist()
    {
        await Client.PutAsync("race", "first"u8.ToArray(), cancellationToken: _cancellation);
        await using OpenPage page = await OpenAsync("/keys?key=race");
        ILocator shown = page.Page.Locator("pre[aria-label='The value as text']").First;
        await OpenPage.SaysAsync(shown, "first");
        await page.PressAsync("Edit");
        await page.Page.GetByLabel("New value").FillAsync("mine");
        await Client.PutAsync("race", "theirs"u8.ToArray(), cancellationToken: _cancellation);
        await page.PressAsync("Store");

        await OpenPage.SaysAsync(page.Outcome, "Somebody else changed it since it was read");
        ILocator both = page.Page.GetByRole(AriaRole.Group, new() { Name = "Both values" });
        await OpenPage.SaysAsync(both, "mine");
        await OpenPage.SaysAsync(both, "theirs");
        Assert.Equal("theirs", (await Client.GetAsync("race", cancellationToken: _cancellation))!.Text);

        await page.PressAsync("Store mine over it");
        await OpenPage.SaysAsync(page.Outcome, "Stored 4 B.");
        await OpenPage.SaysAsync(shown, "mine");
        await page.PressAsync("Delete");
        await OpenPage.SaysAsync(page.Outcome, "Deleted.");
        await page.PressAsync("Increment");
        await OpenPage.SaysAsync(page.Outcome, "It is 1 now.");
        Assert.Empty(page.Problems);
    }

    [Fact]
    public async Task Keys_and_values_of_any_kind_are_shown_as_what_they_are()
    {
        await Client.PutAsync("<script>alert(1)</script>ü🔑", "<img src=x onerror=alert(1)>"u8.ToArray(), cancellationToken: _cancellation);
        await Client.PutAsync(new byte[] { 0xFF, 0x00, (byte)'\\' }, new byte[] { 0, 1, 2 }, cancellationToken: _cancellation);
        await Client.PutAsync("long", Encoding.UTF8.GetBytes(new string('ä', 32 * 1024)), cancellationToken: _cancellation);
        await using OpenPage page = await OpenAsync("/keys?key=" + Uri.EscapeDataString("<script>alert(1)</script>ü🔑"));
        await OpenPage.SaysAsync(page.Page.Locator("#key-heading"), "<script>alert(1)</script>ü🔑");
        await OpenPage.SaysAsync(page.Page.Locator("pre").First, "<img src=x onerror=alert(1)>");

        ILocator key = page.Page.GetByLabel("Key", new() { Exact = false }).And(page.Page.Locator("#open-key"));
        await key.FillAsync(@"\xff\x00\\");
        await page.PressAsync("Open");
        await OpenPage.SaysAsync(page.Page.Locator("pre[aria-label='The value as bytes']"), "0000  00 01 02");

        await key.FillAsync("long");
        await page.PressAsync("Open");
        await OpenPage.SaysAsync(page.Page.Locator("#key-heading"), "long");
        await page.PressAsync("Edit");
        ILocator value = page.Page.GetByLabel("New value");
        await value.FillAsync(new string('ö', 32 * 1024));
        await page.PressAsync("Store");
        await OpenPage.SaysAsync(page.Outcome, "Stored 64.0 KiB.");

        await key.FillAsync(@"\q");
        await page.PressAsync("Open");
        await OpenPage.SaysAsync(page.Page.GetByRole(AriaRole.Alert), "after a backslash");
        Assert.Empty(page.Problems);
    }

    [Fact]
    public async Task Slots_are_brushed_by_keyboard_and_by_mouse_and_list_their_keys()
    {
        await Client.PutAsync("brush:1", new byte[10_000], cancellationToken: _cancellation);
        await Client.PutAsync("brush:2", new byte[1], cancellationToken: _cancellation);
        KvKey key = "brush:1";
        await using OpenPage page = await OpenAsync($"/slots?by=bytes&from={key.Slot}&to={key.Slot}");
        ILocator keys = page.Page.GetByRole(AriaRole.Region, new() { Name = "Keys of the slots brushed" });
        await OpenPage.SaysAsync(keys, "brush:1");
        await OpenPage.SaysAsync(keys, "9.77 KiB");

        // Before its script is there nobody hears what is pressed.
        ILocator square = page.Page.GetByRole(AriaRole.Application);
        await page.Page.Locator("[data-heard]").WaitForAsync(new() { Timeout = 60_000 });
        await square.FocusAsync();
        await page.Page.Keyboard.PressAsync("ArrowDown");
        await page.Page.Keyboard.PressAsync("Shift+ArrowRight");
        await page.Page.Keyboard.PressAsync("Enter");
        await OpenPage.SaysAsync(keys, "slots 128 to 129");
        await OpenPage.SaysAsync(page.Page.Locator("#slot-heading"), "Slot 129");
        await Assertions.Expect(page.Page).ToHaveURLAsync(BrushedSlots());

        LocatorBoundingBoxResult box = (await square.BoundingBoxAsync())!;
        await page.Page.Mouse.MoveAsync(box.X + 1, box.Y + 1);
        await page.Page.Mouse.DownAsync();
        await page.Page.Mouse.MoveAsync(box.X + box.Width - 2, box.Y + box.Height - 2, new() { Steps = 4 });
        await page.Page.Mouse.UpAsync();
        await OpenPage.SaysAsync(keys, "keys in slots 0 to 16,383");
        await OpenPage.SaysAsync(page.Page.Locator("#slot-heading"), "Slot 16,383");

        await page.Page.GetByText("The square as a table").ClickAsync();
        await Assertions.Expect(page.Page.GetByRole(AriaRole.Region, new() { Name = "The square as a table" }).Locator("tbody tr")).ToHaveCountAsync(128);
        for (int i = 0; i < 20; i++)
        {
            await Client.GetAsync("brush:1", cancellationToken: _cancellation);
        }

        await OpenPage.SaysAsync(page.Page.GetByRole(AriaRole.Region, new() { Name = "Hottest keys" }), "brush:1");
        Assert.Empty(page.Problems);
    }

    [Fact]
    public async Task The_biggest_keys_are_looked_for_when_somebody_asks_and_lead_to_their_page()
    {
        KvKey tagged = "{biggest}";
        for (int i = 1; i <= 12; i++)
        {
            await Client.PutAsync($"{{biggest}}:{i}", new byte[50_000 + (i * 1_024)], cancellationToken: _cancellation);
        }

        await using OpenPage page = await OpenAsync($"/slots?from={tagged.Slot}");
        ILocator biggest = page.Page.GetByRole(AriaRole.Region, new() { Name = "Biggest keys" });
        await OpenPage.SaysAsync(page.Page.Locator(".facts"), "664 KiB");
        await page.PressAsync("Find the biggest keys");
        await OpenPage.SaysAsync(biggest, "were looked at");
        await Assertions.Expect(biggest.Locator("tbody tr")).ToHaveCountAsync(12);
        KvPage all = await Client.ListAsync(default, default, limit: 1_000, cancellationToken: _cancellation);
        Assert.True(all.Cursor.IsEmpty, "more keys than are compared here");
        Assert.Equal(
            all.Entries.OrderByDescending(entry => entry.ValueLength).Take(12).Select(entry => entry.Key.ToString()),
            await biggest.Locator("tbody th").AllTextContentsAsync());
        await biggest.GetByRole(AriaRole.Link, new() { Name = "{biggest}:12" }).ClickAsync();
        await OpenPage.SaysAsync(page.Status, "Keys");
        await OpenPage.SaysAsync(page.Page.Locator("main"), "{biggest}:12");
        Assert.Empty(page.Problems);
    }

    [Fact]
    public async Task A_put_is_followed_from_its_coordinator_to_every_replica_and_to_its_trace()
    {
        await using OpenPage page = await OpenAsync("/follow?key=followed");
        await page.Page.GetByLabel("What").SelectOptionAsync("put");
        await page.Page.GetByLabel("Value").FillAsync("v");
        await page.Page.GetByLabel("Level").SelectOptionAsync("all");
        await page.Page.GetByLabel("Coordinated by").SelectOptionAsync(new SelectOptionValue { Label = "node2" });
        await page.PressAsync("Run and follow");

        ILocator happened = page.Page.GetByRole(AriaRole.Region, new() { Name = "What happened" });
        foreach (string node in RunningCluster.Nodes)
        {
            await OpenPage.SaysAsync(happened, $"Request to {node}.");
            await OpenPage.SaysAsync(happened, $"{node} has accepted, on its disk.");
        }

        await OpenPage.SaysAsync(happened, "Answered: 1 B, version");
        await OpenPage.SaysAsync(page.Page.Locator("svg.ring .centre"), "3 of 3");
        await page.Page.GetByRole(AriaRole.Button, new() { Name = "To the beginning" }).ClickAsync();
        await OpenPage.SaysAsync(page.Page.Locator(".said"), "node2 takes it up.");
        await page.PressAsync("Forward");
        await OpenPage.SaysAsync(page.Page.Locator(".said"), "A round begins");
        string trace = (await page.Page.GetByRole(AriaRole.Link, new() { Name = "Its trace in the dashboard" }).GetAttributeAsync("href"))!;
        Assert.StartsWith(new Uri(under.DashboardAddress, "/traces/").ToString(), trace, StringComparison.Ordinal);
        Assert.Empty(page.Problems);
    }

    [Theory]
    [InlineData("keys", "/keys?prefix=legible%3A&key=legible%3A1", "Keys")]
    [InlineData("slots", "/slots", "Slots")]
    [InlineData("follow", "/follow?key=legible%3A1", "Follow a request")]
    public async Task Every_page_is_legible_and_no_wider_than_the_screen(string name, string path, string heading)
    {
        await Client.PutAsync("legible:1", "{\"a\":\"value\"}"u8.ToArray(), cancellationToken: _cancellation);
        await using OpenPage page = await OpenAsync(path);
        await OpenPage.SaysAsync(page.Status, heading);
        if (name == "follow")
        {
            await page.PressAsync("Run and follow");
            await OpenPage.SaysAsync(page.Page.GetByRole(AriaRole.Region, new() { Name = "What happened" }), "Answered");
        }
        else
        {
            await OpenPage.SaysAsync(page.Page.Locator("main"), name == "keys" ? "A read finds the value." : "as all members count them");
        }

        foreach (int width in new[] { 390, 1440 })
        {
            await page.Page.SetViewportSizeAsync(width, 900);
            Assert.InRange(await page.Page.EvaluateAsync<int>("document.documentElement.scrollWidth"), 1, width);
            foreach (ColorScheme theme in new[] { ColorScheme.Light, ColorScheme.Dark })
            {
                await page.Page.EmulateMediaAsync(new() { ColorScheme = theme });
                Assert.Equal([], (await Legibility.FindingsAsync(page.Page)).Select(finding => $"{width} {theme}: {finding}"));
                string picture = Path.Combine(Tidy.Repository.Root, "artifacts", "screenshots", $"web-{name}-{width}-{theme}.png".ToLowerInvariant());
                await page.Page.ScreenshotAsync(new() { Path = picture, FullPage = true });
            }
        }

        Assert.Empty(page.Problems);
    }

    private async Task<OpenPage> OpenAsync(string path)
    {
        OpenPage page = await under.OpenAsync(path: path);
        await page.Page.Locator("header[data-live]").WaitForAsync(new() { Timeout = 60_000 });
        return page;
    }

    [GeneratedRegex(@"/keys\?prefix=tree%3A&key=tree%3Ab%3A2$")]
    private static partial Regex OfKey();

    [GeneratedRegex("from=128&to=129")]
    private static partial Regex BrushedSlots();
}

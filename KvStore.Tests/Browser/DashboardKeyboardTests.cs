using Aspire.Dashboard.Feed;
using KvStore.Tests.StandIns.Dashboard;
using Microsoft.Playwright;

namespace KvStore.Tests.Browser;

/// <summary>The dashboard without a mouse: what opens takes the keyboard, and what closes gives it back.</summary>
[Collection(nameof(LoneDashboardTests))]
public sealed class DashboardKeyboardTests(RunningChromium browser) : IAsyncLifetime
{
    /// <summary>What has the keyboard and is not seen to.</summary>
    private const string Unseen = """
        () => {
            const style = getComputedStyle(document.activeElement);
            return style.outlineStyle === 'none' || parseFloat(style.outlineWidth) < 1 ? [document.activeElement.outerHTML.slice(0, 80)] : [];
        }
        """;

    /// <summary>
    /// Of the bar and the tools of a page, what is reached by Tab before something above it, or left of it in the same line; and
    /// whatever puts itself before others.
    /// </summary>
    private const string OutOfOrder = """
        () => {
            const findings = [...document.querySelectorAll('[tabindex]')].filter(each => each.tabIndex > 0).map(each => `puts itself first: ${each.outerHTML.slice(0, 80)}`);
            let before = null;
            for (const each of document.querySelectorAll('.bar :is(a, button), .toolbar :is(a, button, input, select)')) {
                const box = each.getBoundingClientRect();
                if (before && box.width > 0 && (box.bottom <= before.box.top || (box.top < before.box.bottom && box.bottom > before.box.top && box.left < before.box.left))) {
                    findings.push(`${each.outerHTML.slice(0, 80)} comes after ${before.each.outerHTML.slice(0, 80)}`);
                }
                before = box.width > 0 ? { each, box } : before;
            }
            if (!before) {
                findings.push('there is nothing to go to');
            }
            return findings;
        }
        """;

    private readonly CancellationToken _cancellation = TestContext.Current.CancellationToken;
    private ResourceFeed _feed = null!;
    private RunningDashboard _dashboard = null!;

    public async ValueTask InitializeAsync()
    {
        ResourceCommand[] commands =
        [
            new("stop", "Stop", null, null, IsEnabled: true, IsHighlighted: false),
            new("plan-leave", "Plan leave", null, null, IsEnabled: true, IsHighlighted: false),
            new("leave", "Leave", null, "Have it leave?", IsEnabled: true, IsHighlighted: false),
            new("replace", "Replace", null, "Replace it?", IsEnabled: true, IsHighlighted: false),
        ];
        _feed = await ResourceFeed.StartAsync(
            Enumerable.Range(1, 3).Select(number => new FeedMessage
            {
                Resource = new ResourceState { Id = $"node{number}", Name = $"node{number}", Type = "Project", State = "Running", Commands = commands },
            }),
            _cancellation);
        _dashboard = await RunningDashboard.StartAsync(_cancellation, resourceService: _feed.Address);
        await _dashboard.Exporter.PostAsync("/v1/logs", Otlp.Body(Otlp.Logs("shop", Otlp.Log("first", at: 1), Otlp.Log("second", at: 2))), _cancellation);
        await _dashboard.Exporter.PostAsync("/v1/traces", Otlp.Body(Otlp.Traces("shop", Otlp.Span(1, 1, name: "sell"), Otlp.Span(1, 2, 1, "pay"))), _cancellation);
    }

    public async ValueTask DisposeAsync()
    {
        await _dashboard.DisposeAsync();
        await _feed.DisposeAsync();
    }

    [Fact]
    public async Task Details_take_the_keyboard_and_give_it_back_to_their_row()
    {
        foreach ((string path, string[] rows, string details) in new[]
        {
            ("/", new[] { "node1", "node2" }, "Details of a resource"),
            ("/logs", ["second", "first"], "Details of a log"),
            ($"/traces/{Otlp.TraceId(1)}", ["sell", "pay"], "Details of a span"),
        })
        {
            await using OpenPage page = await OpenAsync(path);
            ILocator aside = page.Page.GetByLabel(details, new() { Exact = true });
            ILocator Row(string text) => page.Page.Locator("[data-rows] .row").Filter(new() { HasText = text });
            await Assertions.Expect(Row(rows[1])).ToBeVisibleAsync();

            await page.Page.Keyboard.PressAsync("ArrowDown");
            await Assertions.Expect(Row(rows[0])).ToBeFocusedAsync();
            await page.Page.Keyboard.PressAsync("Enter");
            await Assertions.Expect(aside).ToBeFocusedAsync();
            await page.Page.Keyboard.PressAsync("Escape");
            await Assertions.Expect(aside).ToHaveCountAsync(0);
            await Assertions.Expect(Row(rows[0])).ToBeFocusedAsync();

            // Another is opened while the details of one are.
            await page.Page.Keyboard.PressAsync("Enter");
            await Assertions.Expect(aside).ToBeFocusedAsync();
            await page.Page.Keyboard.PressAsync("ArrowDown");
            await Assertions.Expect(Row(rows[1])).ToBeFocusedAsync();
            await page.Page.Keyboard.PressAsync("Enter");
            await Assertions.Expect(aside).ToBeFocusedAsync();
            await OpenPage.SaysAsync(aside, rows[1]);

            // Within them a press of Tab goes on in them, and closing from there goes back as well.
            await page.Page.Keyboard.PressAsync("Tab");
            await Assertions.Expect(aside.GetByLabel("Close the details")).ToBeFocusedAsync();
            await page.Page.Keyboard.PressAsync("Enter");
            await Assertions.Expect(Row(rows[1])).ToBeFocusedAsync();
            Assert.Empty(page.Problems);
        }
    }

    [Fact]
    public async Task A_question_takes_the_keyboard_to_its_harmless_answer_and_gives_it_back()
    {
        await using OpenPage page = await OpenAsync("/");
        ILocator leave = page.Page.GetByRole(AriaRole.Button, new() { Name = "Leave node2", Exact = true });
        ILocator question = page.Page.GetByRole(AriaRole.Alertdialog);
        await leave.FocusAsync();
        await page.Page.Keyboard.PressAsync("Enter");
        await Assertions.Expect(question.GetByRole(AriaRole.Button, new() { Name = "Cancel" })).ToBeFocusedAsync();
        await page.Page.Keyboard.PressAsync("Escape");
        await Assertions.Expect(question).ToHaveCountAsync(0);
        await Assertions.Expect(leave).ToBeFocusedAsync();

        await page.Page.Keyboard.PressAsync("Enter");
        await Assertions.Expect(question.GetByRole(AriaRole.Button, new() { Name = "Cancel" })).ToBeFocusedAsync();
        await page.Page.Keyboard.PressAsync("Shift+Tab");
        await page.Page.Keyboard.PressAsync("Enter");
        await OpenPage.SaysAsync(page.Page.Locator(".banner"), "leave of node2 is done.");

        // Its button cannot be pressed while the command runs, so the keyboard goes back to its row; or to the button, if the page hears of beginning and end at once.
        await Assertions.Expect(page.Page.Locator(".row:focus-within").Filter(new() { Has = leave })).ToHaveCountAsync(1);
        Assert.Empty(page.Problems);
    }

    [Fact]
    public async Task A_filter_is_begun_given_up_and_added_by_keys()
    {
        await using OpenPage page = await OpenAsync("/logs");
        ILocator begin = page.Page.GetByRole(AriaRole.Button, new() { Name = "Add filter" });
        await begin.FocusAsync();
        await page.Page.Keyboard.PressAsync("Enter");
        await Assertions.Expect(page.Page.GetByLabel("Field", new() { Exact = true })).ToBeFocusedAsync();
        await page.Page.Keyboard.PressAsync("Escape");
        await Assertions.Expect(begin).ToBeFocusedAsync();

        await page.Page.Keyboard.PressAsync("Enter");
        await Assertions.Expect(page.Page.GetByLabel("Field", new() { Exact = true })).ToBeFocusedAsync();
        await page.Page.Keyboard.TypeAsync("message");
        await page.Page.Keyboard.PressAsync("Tab");
        await page.Page.Keyboard.PressAsync("Tab");
        await page.Page.Keyboard.TypeAsync("first");
        await page.Page.Keyboard.PressAsync("Enter");
        await Assertions.Expect(page.Page.Locator(".filter")).ToHaveCountAsync(1);
        await Assertions.Expect(begin).ToBeFocusedAsync();
        Assert.Empty(page.Problems);
    }

    [Fact]
    public async Task The_content_is_one_step_away_and_every_step_is_seen()
    {
        await using OpenPage page = await OpenAsync("/logs");
        ILocator skip = page.Page.GetByText("Skip to the content");
        await Assertions.Expect(skip).Not.ToBeInViewportAsync();
        await page.Page.Keyboard.PressAsync("Tab");
        await Assertions.Expect(skip).ToBeFocusedAsync();
        await Assertions.Expect(skip).ToBeInViewportAsync();
        await page.Page.Keyboard.PressAsync("Enter");
        await Assertions.Expect(page.Page.Locator("main")).ToBeFocusedAsync();
        await page.Page.Keyboard.PressAsync("Tab");
        await Assertions.Expect(page.Page.GetByRole(AriaRole.Combobox, new() { Name = "Resource" })).ToBeFocusedAsync();
        Assert.EndsWith("/logs", page.Page.Url, StringComparison.Ordinal);

        await page.Page.Keyboard.PressAsync("?");
        await Assertions.Expect(page.Page.GetByRole(AriaRole.Dialog)).ToHaveCountAsync(0); // a list reads what is typed
        await page.Page.Keyboard.PressAsync("Tab");
        Assert.Empty(await page.Page.EvaluateAsync<string[]>(Unseen));
    }

    [Fact]
    public async Task Columns_are_made_wider_and_narrower_by_keys_stay_so_and_are_undone()
    {
        await using OpenPage page = await OpenAsync("/logs");
        ILocator edge = page.Page.GetByRole(AriaRole.Separator, new() { Name = "Width of Resource", Exact = true });
        ILocator column = page.Page.Locator(".logs .head > :nth-child(3)");
        async Task<double> WidthAsync() => (await column.BoundingBoxAsync())!.Width;
        double before = await WidthAsync();

        await edge.FocusAsync();
        Assert.Empty(await page.Page.EvaluateAsync<string[]>(Unseen));
        await page.Page.Keyboard.PressAsync("ArrowRight");
        await page.Page.Keyboard.PressAsync("ArrowRight");
        Assert.Equal(before + 32, await WidthAsync(), 1.0);
        Assert.Equal(before + 32, double.Parse((await edge.GetAttributeAsync("aria-valuenow"))!, System.Globalization.CultureInfo.InvariantCulture), 1.0);

        await page.Page.ReloadAsync();
        await page.ConnectedAsync();
        Assert.Equal(before + 32, await WidthAsync(), 1.0);
        await edge.FocusAsync();
        await page.Page.Keyboard.PressAsync("ArrowLeft");
        Assert.Equal(before + 16, await WidthAsync(), 1.0);
        await page.Page.Keyboard.PressAsync("Home");
        Assert.Equal(before, await WidthAsync(), 1.0);
        Assert.Empty(page.Problems);
    }

    [Theory]
    [InlineData("/")]
    [InlineData("/?selected=node2")]
    [InlineData("/console")]
    [InlineData("/logs")]
    [InlineData("/traces")]
    [InlineData("/metrics")]
    [InlineData("/alerts")]
    [InlineData("/alerts?edit=refused")]
    [InlineData("/storage")]
    public async Task The_order_of_the_keyboard_is_that_of_reading(string path)
    {
        await using OpenPage page = await OpenAsync(path);
        await OpenPage.SaysAsync(page.Page.Locator("main"), "");
        await Assertions.Expect(page.Page.Locator(".tab[aria-current=page]")).ToHaveCountAsync(path == "/storage" ? 0 : 1);
        Assert.Empty(await page.Page.EvaluateAsync<string[]>(OutOfOrder));
    }

    [Fact]
    public async Task Commands_of_a_node_are_told_apart_by_their_icons()
    {
        await using OpenPage page = await OpenAsync("/");
        ILocator icons = page.Page.Locator(".row").Filter(new() { HasText = "node1" }).Locator(".actions svg");
        await Assertions.Expect(icons).ToHaveCountAsync(5);
        string[] drawn = await icons.EvaluateAllAsync<string[]>("all => all.map(each => each.innerHTML.trim())");
        Assert.Equal(5, drawn.Distinct().Count());
        Assert.DoesNotContain("", drawn);
    }

    private async Task<OpenPage> OpenAsync(string path)
    {
        OpenPage opened = await browser.NewPageAsync(width: 1440, height: 900);
        await opened.Page.GotoAsync(new Uri(_dashboard.Frontend, $"/login?t={RunningDashboard.Token}&returnUrl={Uri.EscapeDataString(path)}").ToString());
        await opened.ConnectedAsync();
        return opened;
    }
}

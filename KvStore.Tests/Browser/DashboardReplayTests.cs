using Aspire.Dashboard.Replay;
using Aspire.Dashboard.Telemetry;
using KvStore.Tests.StandIns.Dashboard;
using Microsoft.Playwright;

namespace KvStore.Tests.Browser;

/// <summary>What was received is played back, and a press leads back to what is live.</summary>
[Collection(nameof(LoneDashboardTests))]
public sealed class DashboardReplayTests(RunningChromium browser) : IAsyncLifetime
{
    private readonly CancellationToken _cancellation = TestContext.Current.CancellationToken;
    private RunningDashboard _dashboard = null!;

    public async ValueTask InitializeAsync()
    {
        _dashboard = await RunningDashboard.StartAsync(_cancellation);
        await SendAsync("logs", Otlp.Logs("shop", [.. Enumerable.Range(0, 4).Select(number => Otlp.Log($"order {number}", at: number * 10_000))]));
        await SendAsync("traces", Otlp.Traces("shop", Otlp.Span(1, 1, name: "sell", at: 0, milliseconds: 25_000), Otlp.Span(1, 2, 1, "pay", at: 5_000, milliseconds: 5_000)));
    }

    public ValueTask DisposeAsync() => _dashboard.DisposeAsync();

    [Fact]
    public async Task A_replay_shows_what_was_known_steps_on_goes_along_to_other_pages_and_ends_with_one_press()
    {
        ReplayClock clock = ReplayClock.Over(Otlp.Start, Otlp.Start + (60 * UnixNanos.PerSecond), 0)!.MoveTo(Otlp.Start + (19 * UnixNanos.PerSecond), 0);
        await using OpenPage page = await OpenAsync($"/logs?replay={clock.ToText()}");
        ILocator rows = page.Page.Locator(".logs .row");
        await OpenPage.SaysAsync(page.Page.Locator(".replay"), $"Replaying {Aspire.Dashboard.Display.Figures.Clock(clock.Position)[..8]}, not live");
        await Assertions.Expect(rows).ToHaveCountAsync(2);

        await page.PressAsync("On one second");
        await Assertions.Expect(rows).ToHaveCountAsync(3);
        await page.PressAsync("Back one second");
        await Assertions.Expect(rows).ToHaveCountAsync(2);

        // It goes along, and the trace is what had ended by then.
        await page.Page.Keyboard.PressAsync("t");
        await Assertions.Expect(page.Page.Locator(".traces .row")).ToHaveCountAsync(1);
        await OpenPage.SaysAsync(page.Page.Locator(".traces .row"), "root has not arrived");
        Assert.Contains("replay=", page.Page.Url, StringComparison.Ordinal);
        await page.Page.GetByLabel("Time", new() { Exact = true }).FillAsync("1000");
        await OpenPage.SaysAsync(page.Page.Locator(".traces .row"), "sell");

        await page.PressAsync("Back to live");
        await Assertions.Expect(page.Page.Locator(".replay")).ToHaveCountAsync(0);
        await page.Page.Keyboard.PressAsync("s");
        await Assertions.Expect(rows).ToHaveCountAsync(4);
        Assert.DoesNotContain("replay=", page.Page.Url, StringComparison.Ordinal);
        Assert.Empty(page.Problems);
    }

    [Fact]
    public async Task A_clock_that_goes_brings_one_log_after_the_other_without_a_press()
    {
        await using OpenPage page = await OpenAsync("/logs");
        await page.PressAsync("Replay");
        await Assertions.Expect(page.Page.Locator(".logs .row")).ToHaveCountAsync(0);
        await page.PressAsync("60×");
        await Assertions.Expect(page.Page.Locator(".logs .row")).ToHaveCountAsync(4, new() { Timeout = 60_000 });
        Assert.Empty(page.Problems);
    }

    private async Task<OpenPage> OpenAsync(string path)
    {
        OpenPage page = await browser.NewPageAsync(1200, 800);
        await page.Page.GotoAsync(new Uri(_dashboard.Frontend, $"/login?t={RunningDashboard.Token}&returnUrl={Uri.EscapeDataString(path)}").ToString());
        await page.ConnectedAsync();
        return page;
    }

    private async Task SendAsync(string signal, Google.Protobuf.IMessage message) =>
        Assert.True((await _dashboard.Exporter.PostAsync($"/v1/{signal}", Otlp.Body(message), _cancellation)).IsSuccessStatusCode);
}

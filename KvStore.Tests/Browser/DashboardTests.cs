using System.Net.Http;
using System.Text.RegularExpressions;
using KvStore.Tests.Cluster;
using KvStore.Tests.StandIns.Dashboard;
using Microsoft.Playwright;

namespace KvStore.Tests.Browser;

/// <summary>The dashboard shows what the nodes do, in a real browser, of a real cluster.</summary>
[Collection(nameof(PageTests))]
public sealed partial class DashboardTests(PagesUnderTest under)
{
    private readonly CancellationToken _cancellation = TestContext.Current.CancellationToken;

    [Fact]
    public async Task A_put_is_found_among_the_traces_with_every_replica_it_asked()
    {
        using HttpResponseMessage put = await under.Cluster.Http("node2").PutAsync("/kv/dashboard:1", new StringContent("v"), _cancellation);
        put.EnsureSuccessStatusCode();
        string trace = put.Headers.GetValues("traceresponse").Single().Split('-')[1];
        await using OpenPage page = await under.OpenDashboardAsync($"/traces?text={trace}");

        await page.Page.GetByRole(AriaRole.Row).Filter(new() { HasText = "PUT /kv/{key}" }).ClickAsync();
        ILocator spans = page.Page.GetByRole(AriaRole.Table, new() { Name = "Spans" });
        foreach (string node in RunningCluster.Nodes)
        {
            await OpenPage.SaysAsync(spans, $"accept {node}");
        }

        // At a majority, the best-ranked; others are asked where these are late.
        ILocator prepares = spans.GetByText("prepare node");
        await Assertions.Expect(prepares.Nth(1)).ToBeVisibleAsync();

        await OpenPage.SaysAsync(spans, "replica Accept");
        await spans.GetByText("coordinate").ClickAsync();
        ILocator details = page.Page.GetByLabel("Details of a span");
        await OpenPage.SaysAsync(details, "kvstore.slot");
        await page.Page.Keyboard.PressAsync("Escape");
        await Assertions.Expect(details).ToHaveCountAsync(0);

        Assert.Empty(page.Problems);
        Assert.Equal([under.DashboardAddress.Authority], page.Requests.Select(request => request.Authority).Distinct());
    }

    [Fact]
    public async Task A_node_is_stopped_and_started_from_the_page()
    {
        await using OpenPage page = await under.OpenDashboardAsync();
        ILocator node = page.Page.GetByRole(AriaRole.Row).Filter(new() { Has = page.Page.GetByRole(AriaRole.Button, new() { Name = "node3", Exact = true }) });
        await OpenPage.SaysAsync(node, "Running");

        await page.PressAsync("Stop node3");
        await OpenPage.SaysAsync(node, "Finished");
        await page.PressAsync("Start node3");
        await OpenPage.SaysAsync(node, "Running");
        await OpenPage.SaysAsync(page.Page.Locator(".banner"), "Start node3: done.");

        await page.Page.GetByRole(AriaRole.Link, new() { Name = "Console of node3" }).ClickAsync();
        await OpenPage.SaysAsync(page.Page.GetByLabel("Console output"), "node3 is a member of cluster");
        Assert.Empty(page.Problems);
    }

    [Fact]
    public async Task Of_a_resource_the_environment_is_shown_when_asked_for_only()
    {
        await using OpenPage page = await under.OpenDashboardAsync("/?selected=node1");
        ILocator details = page.Page.GetByLabel("Details of a resource");
        await OpenPage.SaysAsync(details, "OTEL_SERVICE_NAME");
        string key = under.Cluster.Configuration["AppHost:OtlpApiKey"]!;
        await Assertions.Expect(details).Not.ToContainTextAsync(key);

        await page.PressAsync("Show the value of OTEL_EXPORTER_OTLP_HEADERS");
        await OpenPage.SaysAsync(details, $"x-otlp-api-key={key}");
    }

    [Fact]
    public async Task Ten_thousand_logs_and_hostile_ones_among_them_are_scrolled_and_filtered()
    {
        const string Hostile = "<img src=x onerror=alert(1)>\u001b[31m";
        const int Count = 10_000;
        for (int sent = 0; sent < Count; sent += 1000)
        {
            await under.SendAsync("logs", Otlp.Logs("flood", [.. Enumerable.Range(sent + 1, 1000).Select(number => Otlp.Log($"line {number}", at: number))]), _cancellation);
        }

        await under.SendAsync("logs", Otlp.Logs("flood", Otlp.Log(Hostile, severity: 17, trace: 77, span: 7, at: Count + 1)), _cancellation);
        await using OpenPage page = await under.OpenDashboardAsync("/logs?resource=flood");
        ILocator table = page.Page.GetByRole(AriaRole.Table, new() { Name = "Logs" });
        await OpenPage.SaysAsync(table, Hostile[..^5]);
        await OpenPage.SaysAsync(table, "line 10000");
        Assert.InRange(await page.Page.Locator(".logs .row").CountAsync(), 20, 200);

        await page.Page.Locator(".scroll").EvaluateAsync("element => element.scrollTop = element.scrollHeight");
        await OpenPage.SaysAsync(table, "line 2");
        Assert.InRange(await page.Page.Locator(".logs .row").CountAsync(), 20, 200);

        await page.Page.GetByLabel("Lowest level").SelectOptionAsync("Error");
        await Assertions.Expect(page.Page.Locator(".logs .row")).ToHaveCountAsync(1);
        await page.Page.Locator(".logs .row").ClickAsync();
        await OpenPage.SaysAsync(page.Page.GetByLabel("Details of a log"), "Tests.Logger");
        Assert.Empty(page.Problems);
    }

    [Fact]
    public async Task A_trace_of_a_thousand_spans_is_scrolled_and_folded()
    {
        await under.SendAsync(
            "traces",
            Otlp.Traces("flood", [Otlp.Span(1000, 1, name: "root", milliseconds: 2000), .. Enumerable.Range(2, 999).Select(span => Otlp.Span(1000, span, 1, $"span {span}", at: span))]),
            _cancellation);
        await using OpenPage page = await under.OpenDashboardAsync($"/traces/{Otlp.TraceId(1000)}");
        ILocator rows = page.Page.Locator(".waterfall .row");
        await OpenPage.SaysAsync(page.Page.GetByRole(AriaRole.Table, new() { Name = "Spans" }), "span 2");
        Assert.InRange(await rows.CountAsync(), 20, 200);

        await page.Page.Locator(".scroll").EvaluateAsync("element => element.scrollTop = element.scrollHeight");
        await OpenPage.SaysAsync(page.Page.GetByRole(AriaRole.Table, new() { Name = "Spans" }), "span 1000");

        await page.PressAsync("Collapse all");
        await Assertions.Expect(rows).ToHaveCountAsync(1);
        await OpenPage.SaysAsync(rows, "+999");
        Assert.Empty(page.Problems);
    }

    [Fact]
    public async Task A_metric_moves_without_loading_the_page_anew()
    {
        await using OpenPage page = await under.OpenDashboardAsync("/metrics?resource=node1&instrument=kvstore.operation.duration&minutes=1");

        // What is measured before an instrument's first export is not seen to come: two rounds, with an export between.
        for (int round = 0; round < 2; round++)
        {
            for (int i = 0; i < 20; i++)
            {
                using HttpResponseMessage put = await under.Cluster.Http("node1").PutAsync($"/kv/metric:{i}", new StringContent("v"), _cancellation);
            }

            await OpenPage.SaysAsync(page.Page.Locator(".legend"), "P99");
        }

        await Assertions.Expect(page.Page.Locator(".legend")).ToHaveTextAsync(Measured(), new() { Timeout = 60_000 });
        Assert.Empty(page.Problems);
    }

    [Fact]
    public async Task Keys_lead_from_page_to_page()
    {
        await using OpenPage page = await under.OpenDashboardAsync();
        await OpenPage.SaysAsync(page.Status, "Resources");
        await OpenPage.SaysAsync(page.Page.GetByRole(AriaRole.Table), "node1");
        foreach ((string key, string heading) in new[] { ("t", "Traces"), ("s", "Logs"), ("c", "Console"), ("m", "Metrics"), ("a", "Alerts"), ("r", "Resources") })
        {
            await page.Page.Keyboard.PressAsync(key);
            await OpenPage.SaysAsync(page.Status, heading);
        }

        await page.Page.Keyboard.PressAsync("?");
        await Assertions.Expect(page.Page.GetByRole(AriaRole.Dialog)).ToBeVisibleAsync();
        await page.Page.Keyboard.PressAsync("Escape");
        await Assertions.Expect(page.Page.GetByRole(AriaRole.Dialog)).ToHaveCountAsync(0);
        Assert.Empty(page.Problems);
    }

    /// <summary>And is kept as a picture in artifacts/screenshots, at both widths and in both themes, for somebody to look at.</summary>
    [Theory]
    [InlineData("resources", "/", "Resources")]
    [InlineData("resource", "/?selected=node1", "Resources")]
    [InlineData("graph", "/?view=graph", "Resources")]
    [InlineData("console", "/console", "Console")]
    [InlineData("logs", "/logs", "Logs")]
    [InlineData("traces", "/traces", "Traces")]
    [InlineData("metrics", "/metrics", "Metrics")]
    [InlineData("alerts", "/alerts", "Alerts")]
    [InlineData("alert", "/alerts?edit=refused", "Alerts")]
    [InlineData("storage", "/storage", "What is kept")]
    [InlineData("trace", "/traces/{trace}?span={span}", "PUT /kv/{key}")]
    [InlineData("log", "/logs?log=1", "Logs")]
    public async Task Every_page_is_legible_and_no_wider_than_the_screen(string name, string path, string heading)
    {
        using HttpResponseMessage put = await under.Cluster.Http("node2").PutAsync("/kv/dashboard:picture", new StringContent("v"), _cancellation);
        string[] trace = put.Headers.GetValues("traceresponse").Single().Split('-');
        await using OpenPage page = await under.OpenDashboardAsync(
            path.Replace("{trace}", trace[1], StringComparison.Ordinal).Replace("{span}", trace[2], StringComparison.Ordinal));
        await OpenPage.SaysAsync(page.Status, heading);
        foreach (int width in new[] { 390, 1440 })
        {
            await page.Page.SetViewportSizeAsync(width, 900);
            Assert.InRange(await page.Page.EvaluateAsync<int>("document.documentElement.scrollWidth"), 1, width);
            foreach (ColorScheme theme in new[] { ColorScheme.Light, ColorScheme.Dark })
            {
                await page.Page.EmulateMediaAsync(new() { ColorScheme = theme });
                Assert.Equal([], (await Legibility.FindingsAsync(page.Page)).Select(finding => $"{width} {theme}: {finding}"));
                string picture = Path.Combine(Tidy.Repository.Root, "artifacts", "screenshots", $"{name}-{width}-{theme}.png".ToLowerInvariant());
                await page.Page.ScreenshotAsync(new() { Path = picture });
            }
        }

        Assert.Empty(page.Problems);
    }

    [GeneratedRegex(@"P50 \d.*P90 \d.*P99 \d")]
    private static partial Regex Measured();
}

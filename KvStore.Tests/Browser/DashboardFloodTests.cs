using System.Net.Http;
using Aspire.Dashboard.Display;
using Aspire.Dashboard.Feed;
using Aspire.Dashboard.Otlp.Wire;
using KvStore.Tests.StandIns.Dashboard;
using Microsoft.Playwright;

namespace KvStore.Tests.Browser;

/// <summary>A thousand resources, and names that would be markup, scripts or addresses if they were taken for it, through all pages.</summary>
[Collection(nameof(LoneDashboardTests))]
public sealed class DashboardFloodTests(RunningChromium browser) : IAsyncLifetime
{
    private const int Count = 1_000;
    private const int RowsDrawnMax = 120;
    private const string Hostile = "<img src=x onerror=alert(1)>&amp;'\"</script>";

    private readonly CancellationToken _cancellation = TestContext.Current.CancellationToken;
    private ResourceFeed _feed = null!;
    private RunningDashboard _dashboard = null!;

    public async ValueTask InitializeAsync()
    {
        _feed = await ResourceFeed.StartAsync(Enumerable.Range(1, Count).Select(number => new FeedMessage { Resource = Resource(number) }), _cancellation);
        _dashboard = await RunningDashboard.StartAsync(_cancellation, resourceService: _feed.Address);
        for (int number = 1; number <= Count; number++)
        {
            string service = number == Count ? Hostile : $"service{number}";
            await SendAsync("logs", Otlp.Logs(service, Otlp.Log(number == Count ? Hostile : $"log {number}", severity: 17, trace: number, span: 1, at: number)));
        }

        Aspire.Dashboard.Otlp.Wire.Span span = Otlp.Span(1, 1, name: Hostile);
        span.Attributes.Add(Otlp.Attribute(Hostile, Hostile));
        span.Events.Add(new Aspire.Dashboard.Otlp.Wire.Span.Types.Event { Name = Hostile, TimeUnixNano = span.StartTimeUnixNano });
        await SendAsync("traces", Otlp.Traces(Hostile, span));
        Metric gauge = new() { Name = Hostile, Unit = Hostile, Description = Hostile, Gauge = new() };
        gauge.Gauge.DataPoints.Add(new NumberDataPoint { AsInt = 5, TimeUnixNano = (ulong)Otlp.Start, Attributes = { Otlp.Attribute(Hostile, Hostile) } });
        await SendAsync("metrics", Otlp.Metrics(Hostile, gauge));
    }

    public async ValueTask DisposeAsync()
    {
        await _dashboard.DisposeAsync();
        await _feed.DisposeAsync();
    }

    [Fact]
    public async Task A_thousand_resources_are_scrolled_searched_and_opened()
    {
        await using OpenPage page = await OpenAsync("/");
        ILocator rows = page.Page.Locator(".resources .row");
        await OpenPage.SaysAsync(page.Page.Locator(".count"), $"{Count} of {Count} running");
        await OpenPage.SaysAsync(rows.First, "resource0001");
        Assert.InRange(await rows.CountAsync(), 10, RowsDrawnMax);

        await page.Page.Locator(".scroll").EvaluateAsync("element => element.scrollTop = element.scrollHeight");
        await OpenPage.SaysAsync(page.Page.Locator(".resources"), "resource0999");
        Assert.InRange(await rows.CountAsync(), 10, RowsDrawnMax);

        await page.Page.GetByLabel("Search resources").FillAsync("<img");
        await Assertions.Expect(rows).ToHaveCountAsync(1);
        await rows.Locator(".open").ClickAsync();
        ILocator details = page.Page.GetByLabel("Details of a resource");
        await OpenPage.SaysAsync(details, Hostile);
        await OpenPage.SaysAsync(details, "javascript:alert(1)");
        await IsHarmlessAsync(page);

        await page.Page.GotoAsync(new Uri(_dashboard.Frontend, "/?view=graph").ToString());
        await Assertions.Expect(page.Page.Locator(".graph .node")).ToHaveCountAsync(Count);
        await IsHarmlessAsync(page);
    }

    [Theory]
    [InlineData("/console")]
    [InlineData("/logs")]
    [InlineData("/logs?log={log}")]
    [InlineData("/traces")]
    [InlineData("/traces/{trace}?span={span}")]
    [InlineData("/metrics?resource={name}&instrument={name}")]
    [InlineData("/logs?text={name}&filters={name}")]
    public async Task Hostile_names_are_text_on_every_page(string path)
    {
        string log = $"{_dashboard.Store.Logs.All().Single(each => each.Message == Hostile).Number}";
        await using OpenPage page = await OpenAsync(path
            .Replace("{log}", log, StringComparison.Ordinal)
            .Replace("{trace}", Otlp.TraceId(1), StringComparison.Ordinal)
            .Replace("{span}", Otlp.SpanId(1), StringComparison.Ordinal)
            .Replace("{name}", Uri.EscapeDataString(Hostile), StringComparison.Ordinal));
        await OpenPage.SaysAsync(page.Page.Locator("main"), Hostile);
        Assert.InRange(await page.Page.Locator(".row").CountAsync(), 0, RowsDrawnMax);
        await IsHarmlessAsync(page);
    }

    [Fact]
    public async Task Of_a_metric_that_ended_long_ago_its_last_minutes_are_shown()
    {
        await using OpenPage page = await OpenAsync($"/metrics?resource={Uri.EscapeDataString(Hostile)}&minutes=5");
        await OpenPage.SaysAsync(page.Page.GetByRole(AriaRole.Note), $"Nothing has come since {Figures.Moment(Otlp.Start)}");
        await OpenPage.SaysAsync(page.Page.Locator(".tables"), Figures.Clock(Otlp.Start)[..8]);
        Assert.Empty(page.Problems);
    }

    private static ResourceState Resource(int number)
    {
        string name = number == Count ? Hostile : $"resource{number:0000}";
        return new ResourceState
        {
            Id = $"{name}-id",
            Name = name,
            Type = number == Count ? Hostile : "Project",
            State = "Running",
            Started = new DateTime(2025, 1, 2, 3, 4, 5, DateTimeKind.Utc),
            Urls = [new ResourceUrl("http", number == Count ? "javascript:alert(1)" : $"http://127.0.0.1:{number}", null, IsInactive: false, IsInternal: false)],
            Environment = [new ResourceVariable(name, name, IsFromSpec: true)],
            Properties = [new ResourceProperty("project.path", $"/src/{name}.csproj", IsSensitive: false)],
            Commands = [new ResourceCommand("stop", "Stop", name, null, IsEnabled: true, IsHighlighted: false)],
            Relationships = number % 10 == 1 ? [] : [new ResourceRelationship($"resource{(((number - 1) / 10) * 10) + 1:0000}", "Parent")],
        };
    }

    /// <summary>Nothing of what was sent has become an element, an address that runs something, or a request.</summary>
    private async Task IsHarmlessAsync(OpenPage page)
    {
        await Assertions.Expect(page.Page.Locator("img[src=x], [onerror], a[href^='javascript:']")).ToHaveCountAsync(0);
        Assert.Empty(page.Problems);
        Assert.Equal([_dashboard.Frontend.Authority], page.Requests.Select(request => request.Authority).Distinct());
    }

    private async Task<OpenPage> OpenAsync(string path)
    {
        OpenPage opened = await browser.NewPageAsync(width: 1440, height: 900);
        await opened.Page.GotoAsync(new Uri(_dashboard.Frontend, $"/login?t={RunningDashboard.Token}&returnUrl={Uri.EscapeDataString(path)}").ToString());
        await opened.ConnectedAsync();
        return opened;
    }

    private async Task SendAsync(string signal, Google.Protobuf.IMessage message)
    {
        using HttpResponseMessage answer = await _dashboard.Exporter.PostAsync($"/v1/{signal}", Otlp.Body(message), _cancellation);
        answer.EnsureSuccessStatusCode();
    }
}

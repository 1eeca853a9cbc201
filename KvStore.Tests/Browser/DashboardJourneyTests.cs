using System.Net.Http;
using System.Text.Json;
using System.Text.RegularExpressions;
using KvStore.Tests.Cluster;
using Microsoft.Playwright;

namespace KvStore.Tests.Browser;

/// <summary>
/// One visit from end to end: five nodes, a put, its trace and a log of it, a metric, a node that is stopped and started, and
/// what is taken away to be looked at elsewhere.
/// </summary>
[Collection(nameof(PageTests))]
public sealed partial class DashboardJourneyTests(PagesUnderTest under)
{
    private static readonly string[] Spares = PagesUnderTest.SparePair;
    private static readonly LocatorAssertionsToHaveCountOptions Patient = new() { Timeout = 60_000 };

    private readonly CancellationToken _cancellation = TestContext.Current.CancellationToken;

    [Fact]
    public async Task Five_nodes_are_seen_from_sign_in_to_export()
    {
        await using OpenPage page = await under.OpenDashboardAsync();
        try
        {
            foreach (string node in Spares)
            {
                await page.PressAsync($"Start {node}");
            }

            foreach (string node in RunningCluster.Nodes.Concat(Spares))
            {
                await OpenPage.SaysAsync(RowOf(page, node), "Running");
                await Assertions.Expect(RowOf(page, node).Locator(".state.good")).ToHaveCountAsync(1, Patient);
            }

            await Eventually.IsAsync("five members own slots", 5, MembersAsync, _cancellation);
            await TheChangeIsFoundAsync(page);
            await ATraceIsFoundAsync(page);
            await AMetricMovesAsync(page);
            await ANodeIsStoppedAndStartedAsync(page);
            await LogsAreFilteredAndSavedAsync(page);
            Assert.Empty(page.Problems);
        }
        finally
        {
            await SendAwayAsync();
        }
    }

    /// <summary>How the nodes came in: who proposed it, who entered it, who asked whom for slots. Kept as a picture.</summary>
    private static async Task TheChangeIsFoundAsync(OpenPage page)
    {
        await page.Page.Keyboard.PressAsync("t");
        await page.Page.GetByLabel("Search names or an id").FillAsync("take over slots");
        ILocator found = page.Page.Locator(".traces .row");
        await Assertions.Expect(found.Filter(new() { HasNotText = "epoch" })).ToHaveCountAsync(0, Patient); // a click on the list as it was may be lost
        await found.Filter(new() { HasText = "epoch" }).Last.ClickAsync();
        ILocator spans = page.Page.GetByRole(AriaRole.Table, new() { Name = "Spans" });
        foreach (string step in new[] { "propose epoch", "vote for epoch", "enter epoch", "take over slots", "compare slots", "replica SlotDigests" })
        {
            await OpenPage.SaysAsync(spans, step);
        }

        string picture = Path.Combine(Tidy.Repository.Root, "artifacts", "screenshots", "change-1440-light.png");
        await page.Page.ScreenshotAsync(new() { Path = picture });
    }

    /// <summary>A put by HTTP, its trace with every replica, a log within it, and back.</summary>
    private async Task ATraceIsFoundAsync(OpenPage page)
    {
        using HttpResponseMessage put = await under.Cluster.Http("node1").PutAsync("/kv/journey", new StringContent("v"), _cancellation);
        put.EnsureSuccessStatusCode();
        string[] trace = put.Headers.GetValues("traceresponse").Single().Split('-');
        var log = StandIns.Dashboard.Otlp.Log("the order was stored");
        log.TraceId = Google.Protobuf.ByteString.CopyFrom(Convert.FromHexString(trace[1]));
        log.SpanId = Google.Protobuf.ByteString.CopyFrom(Convert.FromHexString(trace[2]));
        await under.SendAsync("logs", StandIns.Dashboard.Otlp.Logs("shop", log), _cancellation);

        await page.Page.Keyboard.PressAsync("t");
        await page.Page.GetByLabel("Search names or an id").FillAsync(trace[1]);
        ILocator found = page.Page.Locator(".traces .row");
        await Assertions.Expect(found).ToHaveCountAsync(1, Patient);
        await OpenPage.SaysAsync(found, trace[1][..7]);
        await found.ClickAsync();
        ILocator spans = page.Page.GetByRole(AriaRole.Table, new() { Name = "Spans" });
        await Assertions.Expect(spans.GetByText(AcceptOfANode())).ToHaveCountAsync(RunningCluster.Replication, Patient);
        await OpenPage.SaysAsync(spans, "replica Accept");

        await page.Page.GetByRole(AriaRole.Link, new() { Name = "1 logs" }).ClickAsync();
        await Assertions.Expect(page.Page.Locator(".logs .row")).ToHaveCountAsync(1, Patient);
        await page.Page.Locator(".logs .row").ClickAsync();
        await page.Page.GetByLabel("Details of a log").GetByRole(AriaRole.Link, new() { Name = $"Trace {trace[1][..7]}" }).ClickAsync();
        await OpenPage.SaysAsync(page.Page.GetByLabel("Details of a span"), "PUT /kv/{key}");
    }

    private async Task AMetricMovesAsync(OpenPage page)
    {
        await page.Page.GotoAsync(new Uri(under.DashboardAddress, "/metrics?resource=node1&instrument=kvstore.operation.duration&minutes=1").ToString());
        await page.ConnectedAsync();
        ILocator legend = page.Page.Locator(".legend");
        await Eventually.IsAsync(
            "a percentile is measured",
            true,
            async limit =>
            {
                using HttpResponseMessage put = await under.Cluster.Http("node1").PutAsync("/kv/journey", new StringContent("v"), limit);
                return Measured().IsMatch(await legend.InnerTextAsync());
            },
            _cancellation);
    }

    private static async Task ANodeIsStoppedAndStartedAsync(OpenPage page)
    {
        await page.Page.Keyboard.PressAsync("r");
        await page.PressAsync("Stop node3");
        await OpenPage.SaysAsync(RowOf(page, "node3"), "Finished");
        await page.PressAsync("Start node3");
        await Assertions.Expect(RowOf(page, "node3").Locator(".state.good")).ToHaveCountAsync(1, Patient);
    }

    private static async Task LogsAreFilteredAndSavedAsync(OpenPage page)
    {
        await page.Page.Keyboard.PressAsync("s");
        await page.Page.GetByRole(AriaRole.Combobox, new() { Name = "Resource" }).SelectOptionAsync("node3");
        await page.PressAsync("Add filter");
        await page.Page.GetByLabel("Field", new() { Exact = true }).FillAsync("message");
        await page.Page.GetByLabel("Condition").SelectOptionAsync("Contains");
        await page.Page.GetByLabel("Value", new() { Exact = true }).FillAsync("is in force");
        await page.PressAsync("Add");
        await OpenPage.SaysAsync(page.Page.Locator(".logs .row").First, "is in force");
        await Assertions.Expect(page.Page.Locator(".logs .row").Filter(new() { HasNotText = "is in force" })).ToHaveCountAsync(0);

        IDownload logs = await page.Page.RunAndWaitForDownloadAsync(() => page.Page.GetByRole(AriaRole.Link, new() { Name = "Save logs" }).ClickAsync());
        Assert.True((await ReadAsync(logs)).GetProperty("resourceLogs").GetArrayLength() > 0);
        await page.Page.GotoAsync(new Uri(new Uri(page.Page.Url), "/storage").ToString());
        IDownload metrics = await page.Page.RunAndWaitForDownloadAsync(
            () => page.Page.GetByRole(AriaRole.Link, new() { Name = "Metrics as OTLP JSON" }).ClickAsync());
        Assert.True((await ReadAsync(metrics)).GetProperty("resourceMetrics").GetArrayLength() >= 5);
    }

    private static async Task<JsonElement> ReadAsync(IDownload download)
    {
        await using Stream stream = await download.CreateReadStreamAsync();
        using JsonDocument document = await JsonDocument.ParseAsync(stream, cancellationToken: TestContext.Current.CancellationToken);
        return document.RootElement.Clone();
    }

    /// <summary>The spare nodes leave and end, as they were found.</summary>
    private async Task SendAwayAsync()
    {
        foreach (string node in Spares.Reverse())
        {
            await Eventually.IsAsync(
                $"{node} is a member no more",
                false,
                async limit =>
                {
                    var members = (await under.Cluster.Grpc("node1").Cluster.GetTopologyAsync(limit)).Members;
                    if (members.Any(member => member.Name == node) && members.All(member => member.State == "active"))
                    {
                        await under.Cluster.CommandAsync(node, "leave", limit);
                    }

                    return members.Any(member => member.Name == node);
                },
                _cancellation);
            await under.Cluster.CommandAsync(node, "stop", _cancellation);
        }
    }

    private async Task<int> MembersAsync(CancellationToken limit) =>
        (await under.Cluster.Grpc("node1").Cluster.GetTopologyAsync(limit)).Members.Count(member => member.State == "active");

    private static ILocator RowOf(OpenPage page, string node) =>
        page.Page.GetByRole(AriaRole.Row).Filter(new() { Has = page.Page.GetByRole(AriaRole.Button, new() { Name = node, Exact = true }) });

    [GeneratedRegex(@"accept node\d")]
    private static partial Regex AcceptOfANode();

    [GeneratedRegex(@"P50\s+\d.*P90\s+\d.*P99\s+\d", RegexOptions.Singleline)]
    private static partial Regex Measured();
}

using System.Net.Http;
using System.Text;
using System.Text.Json;
using System.Text.RegularExpressions;
using KvStore.Tests.StandIns.Dashboard;
using Microsoft.Playwright;

namespace KvStore.Tests.Browser;

/// <summary>Ways through the telemetry that a dashboard shows: filters, from a trace to its logs and back, out of it and in again.</summary>
[Collection(nameof(PageTests))]
public sealed partial class DashboardTelemetryTests(PagesUnderTest under)
{
    private readonly CancellationToken _cancellation = TestContext.Current.CancellationToken;

    [Fact]
    public async Task Logs_are_filtered_by_a_field_and_the_filter_is_switched_off_and_removed()
    {
        await under.SendAsync(
            "logs",
            Otlp.Logs("filters", [.. Enumerable.Range(1, 3).Select(number =>
            {
                var log = Otlp.Log($"order {number}", at: number);
                log.Attributes.Add(Otlp.Attribute("order.kind", number == 2 ? "gift" : "plain"));
                return log;
            })]),
            _cancellation);
        await using OpenPage page = await under.OpenDashboardAsync("/logs?resource=filters");
        ILocator rows = page.Page.Locator(".logs .row");
        await Assertions.Expect(rows).ToHaveCountAsync(3);

        await page.PressAsync("Add filter");
        await page.Page.GetByLabel("Field", new() { Exact = true }).FillAsync("order.kind");
        await page.Page.GetByLabel("Condition").SelectOptionAsync("NotEqual");
        await page.Page.GetByLabel("Value", new() { Exact = true }).FillAsync("plain");
        await page.PressAsync("Add");
        await Assertions.Expect(rows).ToHaveCountAsync(1);
        await OpenPage.SaysAsync(rows, "order 2");

        ILocator filter = page.Page.Locator(".filter").Filter(new() { HasText = "order.kind" });
        await filter.Locator("[aria-pressed]").ClickAsync();
        await Assertions.Expect(rows).ToHaveCountAsync(3);
        await filter.Locator("[aria-pressed]").ClickAsync();
        await Assertions.Expect(rows).ToHaveCountAsync(1);

        // What is shown is in the address: it is the same when it is loaded again.
        await page.Page.ReloadAsync();
        await Assertions.Expect(rows).ToHaveCountAsync(1);
        await page.Page.Locator("header[data-live]").WaitForAsync();
        await page.PressAsync("Remove the filter on order.kind");
        await Assertions.Expect(rows).ToHaveCountAsync(3);
        Assert.Empty(page.Problems);
    }

    [Fact]
    public async Task A_put_leads_from_its_trace_to_a_log_of_it_and_back()
    {
        using HttpResponseMessage put = await under.Cluster.Http("node1").PutAsync("/kv/dashboard:log", new StringContent("v"), _cancellation);
        string[] trace = put.Headers.GetValues("traceresponse").Single().Split('-');
        var log = Otlp.Log("the order was stored");
        log.TraceId = Google.Protobuf.ByteString.CopyFrom(Convert.FromHexString(trace[1]));
        log.SpanId = Google.Protobuf.ByteString.CopyFrom(Convert.FromHexString(trace[2]));
        log.TimeUnixNano = (ulong)Aspire.Dashboard.Telemetry.UnixNanos.Of(DateTimeOffset.UtcNow);
        await under.SendAsync("logs", Otlp.Logs("shop", log), _cancellation);

        await using OpenPage page = await under.OpenDashboardAsync($"/traces?text={trace[1]}");
        await page.Page.GetByRole(AriaRole.Row).Filter(new() { HasText = "PUT /kv/{key}" }).ClickAsync();
        await page.Page.GetByRole(AriaRole.Link, new() { Name = "1 logs" }).ClickAsync();
        await OpenPage.SaysAsync(page.Status, "Logs");
        ILocator row = page.Page.Locator(".logs .row");
        await Assertions.Expect(row).ToHaveCountAsync(1);
        await row.ClickAsync();
        ILocator details = page.Page.GetByLabel("Details of a log");
        await OpenPage.SaysAsync(details, "the order was stored");

        await details.GetByRole(AriaRole.Link, new() { Name = $"Trace {trace[1][..7]}" }).ClickAsync();
        await OpenPage.SaysAsync(page.Status, "PUT /kv/{key}");
        await OpenPage.SaysAsync(page.Page.GetByLabel("Details of a span"), "PUT /kv/{key}");
        Assert.Empty(page.Problems);
    }

    [Fact]
    public async Task Logs_are_saved_as_OTLP_JSON_and_imported_again()
    {
        await under.SendAsync("logs", Otlp.Logs("saved", Otlp.Log("keep <this>")), _cancellation);
        await using OpenPage page = await under.OpenDashboardAsync("/logs?resource=saved");
        await Assertions.Expect(page.Page.Locator(".logs .row")).ToHaveCountAsync(1);
        IDownload download = await page.Page.RunAndWaitForDownloadAsync(
            () => page.Page.GetByRole(AriaRole.Link, new() { Name = "Save logs" }).ClickAsync());
        await using Stream stream = await download.CreateReadStreamAsync();
        using StreamReader reader = new(stream);
        string saved = await reader.ReadToEndAsync(_cancellation);
        Assert.Equal("logs.json", download.SuggestedFilename);
        Assert.Equal(
            "keep <this>",
            JsonDocument.Parse(saved).RootElement.GetProperty("resourceLogs")[0].GetProperty("scopeLogs")[0].GetProperty("logRecords")[0]
                .GetProperty("body").GetProperty("stringValue").GetString());

        await page.Page.GotoAsync(new Uri(under.DashboardAddress, "/storage").ToString());
        await page.Page.Locator("header[data-live]").WaitForAsync();
        await page.Page.GetByLabel("Files of OTLP JSON").SetInputFilesAsync(new FilePayload
        {
            Name = "again.json",
            MimeType = "application/json",
            Buffer = Encoding.UTF8.GetBytes(saved.Replace("saved", "imported", StringComparison.Ordinal)),
        });
        await page.PressAsync("Import");
        await OpenPage.SaysAsync(page.Page.GetByRole(AriaRole.Status), "again.json: 1 taken.");

        await page.Page.GotoAsync(new Uri(under.DashboardAddress, "/logs?resource=imported").ToString());
        await OpenPage.SaysAsync(page.Page.Locator(".logs .row"), "keep <this>");
        Assert.Empty(page.Problems);
    }

    /// <summary>A node that starts is no error: nothing in its logs must be read before anything has happened.</summary>
    [Fact]
    public async Task A_cluster_that_has_just_started_has_logged_no_errors()
    {
        await using OpenPage page = await under.OpenDashboardAsync("/logs?level=Error");
        await Assertions.Expect(page.Page.Locator(".count")).ToHaveTextAsync(SomeKept());
        await Assertions.Expect(page.Page.Locator(".logs .row").Filter(new() { HasText = "Health check" })).ToHaveCountAsync(0);
    }

    [GeneratedRegex("of [1-9]")]
    private static partial Regex SomeKept();
}

using System.Net;
using System.Net.Http.Headers;
using System.Text.Json;
using System.Text.RegularExpressions;

namespace KvStore.Tests.StandIns.Dashboard;

/// <summary>Nobody gets in without the token, and each door leads to its own room.</summary>
public sealed partial class LoginTests : IAsyncLifetime
{
    private readonly CancellationToken _cancellation = TestContext.Current.CancellationToken;
    private RunningDashboard _dashboard = null!;

    public async ValueTask InitializeAsync() => _dashboard = await RunningDashboard.StartAsync(_cancellation);

    public ValueTask DisposeAsync() => _dashboard.DisposeAsync();

    [Theory]
    [InlineData("/", HttpStatusCode.Redirect)]
    [InlineData("/traces", HttpStatusCode.Redirect)]
    [InlineData("/api/telemetry/traces", HttpStatusCode.Unauthorized)]
    [InlineData("/api/console", HttpStatusCode.Unauthorized)]
    [InlineData("/api/alerts", HttpStatusCode.Unauthorized)]
    [InlineData("/alerts", HttpStatusCode.Redirect)]
    [InlineData("/_blazor", HttpStatusCode.Unauthorized)]
    [InlineData("/login", HttpStatusCode.OK)]
    [InlineData("/health", HttpStatusCode.OK)]
    [InlineData("/v1/traces", HttpStatusCode.NotFound)]
    public async Task Without_the_token_there_is_the_login_and_nothing_else(string path, HttpStatusCode status) =>
        Assert.Equal(status, (await _dashboard.Browser.GetAsync(path, _cancellation)).StatusCode);

    [Fact]
    public async Task The_link_that_is_printed_leads_in()
    {
        using HttpResponseMessage answer = await _dashboard.LogInAsync(_cancellation);
        Assert.Equal((HttpStatusCode.Redirect, "/"), (answer.StatusCode, answer.Headers.Location?.ToString()));
        Assert.Contains("samesite=strict; httponly", answer.Headers.GetValues("Set-Cookie").Single(cookie => cookie.StartsWith(".Aspire.Dashboard", StringComparison.Ordinal)), StringComparison.Ordinal);

        using HttpResponseMessage page = await _dashboard.Browser.GetAsync("/traces", _cancellation);
        Assert.Equal(HttpStatusCode.OK, page.StatusCode);
        Assert.Contains("default-src 'self'", page.Headers.GetValues("Content-Security-Policy").Single(), StringComparison.Ordinal);
    }

    [Theory]
    [InlineData("/logs?level=Error", "/logs?level=Error")]
    [InlineData("https://example.org/", "/")]
    [InlineData("//example.org", "/")]
    [InlineData("/\\example.org", "/")]
    public async Task A_login_leads_to_a_page_of_the_dashboard_only(string returnUrl, string expected)
    {
        using HttpResponseMessage answer = await _dashboard.Browser.GetAsync(
            $"/login?t={RunningDashboard.Token}&returnUrl={Uri.EscapeDataString(returnUrl)}", _cancellation);
        Assert.Equal(expected, answer.Headers.Location?.ToString());
    }

    [Fact]
    public async Task Another_token_is_refused_and_said_to_be_wrong()
    {
        using HttpResponseMessage answer = await _dashboard.Browser.GetAsync("/login?t=another", _cancellation);
        Assert.Equal(HttpStatusCode.Unauthorized, answer.StatusCode);
        Assert.Contains("This is not the token.", await answer.Content.ReadAsStringAsync(_cancellation), StringComparison.Ordinal);
        Assert.False(answer.Headers.Contains("Set-Cookie") && answer.Headers.GetValues("Set-Cookie").Any(cookie => cookie.Contains(".Aspire.Dashboard", StringComparison.Ordinal)));
    }

    [Fact]
    public async Task The_form_takes_the_token_and_no_form_of_elsewhere()
    {
        Dictionary<string, string> form = new() { ["token"] = RunningDashboard.Token, ["returnUrl"] = "/logs" };
        using HttpResponseMessage foreign = await _dashboard.Browser.PostAsync("/login", new FormUrlEncodedContent(form), _cancellation);
        Assert.Equal(HttpStatusCode.BadRequest, foreign.StatusCode);

        string page = await _dashboard.Browser.GetStringAsync("/login", _cancellation);
        form["__RequestVerificationToken"] = VerificationToken().Match(page).Groups["value"].Value;
        using HttpResponseMessage own = await _dashboard.Browser.PostAsync("/login", new FormUrlEncodedContent(form), _cancellation);
        Assert.Equal((HttpStatusCode.Redirect, "/logs"), (own.StatusCode, own.Headers.Location?.ToString()));
    }

    [Fact]
    public async Task A_program_may_send_the_token_and_reads_OTLP()
    {
        await _dashboard.Exporter.PostAsync("/v1/traces", Otlp.Body(Otlp.Traces("shop", Otlp.Span(1, 2, name: "sell"), Otlp.Span(3, 4))), _cancellation);
        using HttpRequestMessage request = new(HttpMethod.Get, $"/api/telemetry/traces/{Otlp.TraceId(1)}");
        request.Headers.Authorization = new AuthenticationHeaderValue("Bearer", RunningDashboard.Token);
        using HttpResponseMessage answer = await _dashboard.Browser.SendAsync(request, _cancellation);

        using JsonDocument json = JsonDocument.Parse(await answer.Content.ReadAsStringAsync(_cancellation));
        JsonElement span = json.RootElement.GetProperty("resourceSpans")[0].GetProperty("scopeSpans")[0].GetProperty("spans").EnumerateArray().Single();
        Assert.Equal(
            (Otlp.TraceId(1), Otlp.SpanId(2), "sell", 1, $"{Otlp.Start}"),
            (span.GetProperty("traceId").GetString(), span.GetProperty("spanId").GetString(), span.GetProperty("name").GetString(), span.GetProperty("kind").GetInt32(), span.GetProperty("startTimeUnixNano").GetString()));
    }

    [Fact]
    public async Task Who_follows_is_told_what_arrives_later()
    {
        await _dashboard.LogInAsync(_cancellation);
        using HttpResponseMessage answer = await _dashboard.Browser.GetAsync(
            "/api/telemetry/logs?follow=true", HttpCompletionOption.ResponseHeadersRead, _cancellation);
        using StreamReader lines = new(await answer.Content.ReadAsStreamAsync(_cancellation));
        Assert.Equal("""{"resourceLogs":[]}""", await lines.ReadLineAsync(_cancellation));

        await _dashboard.Exporter.PostAsync("/v1/logs", Otlp.Body(Otlp.Logs("shop", Otlp.Log("sold"))), _cancellation);

        Assert.Contains("\"stringValue\":\"sold\"", await lines.ReadLineAsync(_cancellation), StringComparison.Ordinal);
    }

    [Fact]
    public async Task The_pages_are_not_served_where_telemetry_is_taken() =>
        Assert.Equal(HttpStatusCode.NotFound, (await _dashboard.Exporter.GetAsync("/login", _cancellation)).StatusCode);

    [Fact]
    public async Task Another_name_for_this_machine_is_not_answered()
    {
        using HttpRequestMessage request = new(HttpMethod.Get, "/login") { Headers = { Host = "example.org" } };
        Assert.Equal(HttpStatusCode.BadRequest, (await _dashboard.Browser.SendAsync(request, _cancellation)).StatusCode);
    }

    [GeneratedRegex("name=\"__RequestVerificationToken\" value=\"(?<value>[^\"]+)\"")]
    private static partial Regex VerificationToken();
}

using System.Net;
using System.Net.Http.Headers;
using System.Text;
using Aspire.Dashboard.Otlp;
using Aspire.Dashboard.Telemetry;
using Microsoft.Extensions.Logging;
using Wire = Aspire.Dashboard.Otlp.Wire;

namespace KvStore.Tests.StandIns.Dashboard;

/// <summary>OTLP as JSON: over HTTP, and what was saved coming back.</summary>
public sealed class OtlpJsonTests : IAsyncLifetime
{
    private readonly CancellationToken _cancellation = TestContext.Current.CancellationToken;
    private RunningDashboard _dashboard = null!;

    public async ValueTask InitializeAsync() => _dashboard = await RunningDashboard.StartAsync(_cancellation);

    public ValueTask DisposeAsync() => _dashboard.DisposeAsync();

    /// <summary>As the specification's own example writes it: ids in hexadecimal, long numbers as text, enumerations as numbers.</summary>
    [Fact]
    public async Task Spans_are_taken_as_the_specification_writes_them()
    {
        using HttpResponseMessage answer = await PostAsync("/v1/traces", """
            {"resourceSpans":[{"resource":{"attributes":[{"key":"service.name","value":{"stringValue":"my.service"}}]},
            "scopeSpans":[{"scope":{"name":"my.library","version":"1.0.0"},"spans":[{"traceId":"5B8EFFF798038103D269B633813FC60C",
            "spanId":"EEE19B7EC3C1B174","parentSpanId":"EEE19B7EC3C1B173","name":"I'm a server span",
            "startTimeUnixNano":"1544712660000000000","endTimeUnixNano":"1544712661000000000","kind":2,"flags":1,"unheardOf":[{"a":null}],
            "attributes":[{"key":"traceId","value":{"stringValue":"no id"}},{"key":"n","value":{"intValue":"7"}}]}]}]}]}
            """);

        Assert.Equal((HttpStatusCode.OK, "application/json", "{ }"), (answer.StatusCode, answer.Content.Headers.ContentType?.MediaType, await TextOf(answer)));
        SpanRecord span = Assert.Single(_dashboard.Store.Traces.Find("5b8efff798038103d269b633813fc60c")!.Spans);
        Assert.Equal(
            ("my.service", "my.library", "eee19b7ec3c1b174", "eee19b7ec3c1b173", "I'm a server span", SpanKind.Server, UnixNanos.PerSecond),
            (span.Resource.Service, span.Scope, span.SpanId, span.ParentId, span.Name, span.Kind, span.Duration));
        Assert.Equal([new Field("traceId", "no id"), new Field("n", "7", FieldKind.Whole)], span.Attributes);
    }

    [Fact]
    public async Task Logs_and_metrics_are_taken()
    {
        using HttpResponseMessage logs = await PostAsync("/v1/logs", """
            {"resourceLogs":[{"scopeLogs":[{"logRecords":[{"timeUnixNano":"1544712660300000000","severityNumber":17,"traceId":"","body":{"stringValue":"sold"}}]}]}]}
            """);
        using HttpResponseMessage metrics = await PostAsync("/v1/metrics", """
            {"resourceMetrics":[{"scopeMetrics":[{"metrics":[{"name":"depth","gauge":{"dataPoints":[{"asDouble":5.5,"timeUnixNano":"1544712660300000000"}]}}]}]}]}
            """);

        Assert.Equal((HttpStatusCode.OK, HttpStatusCode.OK), (logs.StatusCode, metrics.StatusCode));
        Assert.Equal(("sold", LogLevel.Error), Assert.Single(_dashboard.Store.Logs.All()) is var log ? (log.Message, log.Level) : default);
        Instrument depth = Assert.Single(_dashboard.Store.Metrics.Instruments());
        Assert.Equal(5.5, Assert.Single(Assert.Single(_dashboard.Store.Metrics.Series(depth.Id)).Points).Value);
    }

    [Theory]
    [InlineData("{\"resourceSpans\":[", "the body is no ExportTraceServiceRequest: Expected depth to be zero")]
    [InlineData("[]", "the body is no ExportTraceServiceRequest: Expected an object")]
    [InlineData("{\"resourceSpans\":7}", "the body is no ExportTraceServiceRequest: ")]
    [InlineData("{\"resourceSpans\":[{\"scopeSpans\":[{\"spans\":[{\"traceId\":\"W47/95gDgQPSabYzgT/GDA==\"}]}]}]}", "traceId is 'W47/95gDgQPSabYzgT/GDA=='; it must be 32 hexadecimal digits")]
    public async Task What_is_no_message_is_refused_with_what_is_wrong(string json, string message)
    {
        using HttpResponseMessage answer = await PostAsync("/v1/traces", json);

        Assert.Equal(HttpStatusCode.BadRequest, answer.StatusCode);
        Assert.Contains(message, System.Text.Json.JsonDocument.Parse(await TextOf(answer)).RootElement.GetProperty("message").GetString(), StringComparison.Ordinal);
        Assert.Equal(0, _dashboard.Store.Traces.Count);
    }

    [Fact]
    public async Task Nesting_without_end_is_refused()
    {
        using HttpResponseMessage answer = await PostAsync("/v1/traces", string.Concat(Enumerable.Repeat("{\"a\":", 10_000)));

        Assert.Equal(HttpStatusCode.BadRequest, answer.StatusCode);
    }

    [Fact]
    public async Task What_was_saved_is_the_same_when_it_is_imported_elsewhere()
    {
        Wire.Span sent = Span();
        TelemetryStore before = new(new TelemetryLimits());
        new TraceIntake(before).Take(Otlp.Traces("shop", sent, Otlp.Span(1, 2, 1)));
        _dashboard.Exporter.DefaultRequestHeaders.Authorization = null;
        await _dashboard.Exporter.PostAsync("/v1/traces", Otlp.Body(Otlp.Traces("shop", sent, Otlp.Span(1, 2, 1))), _cancellation);
        await _dashboard.Exporter.PostAsync("/v1/logs", Otlp.Body(Otlp.Logs("shop", Otlp.Log("sold <b>", severity: 17, trace: 1, span: 1))), _cancellation);
        (await _dashboard.LogInAsync(_cancellation)).Dispose();
        byte[] traces = await _dashboard.Browser.GetByteArrayAsync("/api/telemetry/traces", _cancellation);
        byte[] logs = await _dashboard.Browser.GetByteArrayAsync("/api/telemetry/logs", _cancellation);

        TelemetryStore after = new(new TelemetryLimits());
        OtlpImport import = new(new TraceIntake(after), new LogIntake(after, TimeProvider.System), new MetricIntake(after));
        Assert.Equal(new ImportOutcome("traces.json", 2, ""), import.Take("traces.json", traces));
        Assert.Equal(new ImportOutcome("logs.json", 1, ""), import.Take("logs.json", logs));

        SpanRecord[] Sorted(TelemetryStore store) => [.. store.Traces.Find(Otlp.TraceId(1))!.Spans.OrderBy(span => span.SpanId)];
        Assert.Equal(Sorted(before).Select(Described), Sorted(after).Select(Described));
        Assert.Equal(("sold <b>", LogLevel.Error, Otlp.SpanId(1)), Assert.Single(after.Logs.All()) is var log ? (log.Message, log.Level, log.SpanId) : default);
    }

    [Fact]
    public async Task Metrics_that_were_saved_are_the_same_when_they_are_imported_elsewhere()
    {
        await _dashboard.Exporter.PostAsync("/v1/metrics", Otlp.Body(Otlp.Metrics("shop", [.. Instruments()])), _cancellation);
        await _dashboard.Exporter.PostAsync("/v1/metrics", Otlp.Body(Otlp.Metrics("other", Gauge("depth", 9))), _cancellation);
        (await _dashboard.LogInAsync(_cancellation)).Dispose();
        byte[] saved = await _dashboard.Browser.GetByteArrayAsync("/api/telemetry/metrics?resource=shop", _cancellation);

        TelemetryStore after = new(new TelemetryLimits());
        OtlpImport import = new(new TraceIntake(after), new LogIntake(after, TimeProvider.System), new MetricIntake(after));
        Assert.Equal(new ImportOutcome("metrics.json", 6, ""), import.Take("metrics.json", saved));
        Assert.Equal(Described(_dashboard.Store, "shop"), Described(after, "shop"));
        Assert.Equal("", Described(after, "other"));
        Assert.Contains("exemplars 7@" + Otlp.TraceId(1), Described(after, "shop"), StringComparison.Ordinal);
    }

    [Fact]
    public async Task Of_metrics_the_newest_points_are_given_of_the_instrument_asked_for()
    {
        await _dashboard.Exporter.PostAsync("/v1/metrics", Otlp.Body(Otlp.Metrics("shop", Gauge("depth", 1, 2, 3), Gauge("width", 4))), _cancellation);
        using HttpResponseMessage stranger = await _dashboard.Browser.GetAsync("/api/telemetry/metrics", _cancellation);
        Assert.Equal(HttpStatusCode.Unauthorized, stranger.StatusCode);

        (await _dashboard.LogInAsync(_cancellation)).Dispose();
        using HttpResponseMessage none = await _dashboard.Browser.GetAsync("/api/telemetry/metrics?limit=0", _cancellation);
        Assert.Equal(HttpStatusCode.BadRequest, none.StatusCode);
        string given = await _dashboard.Browser.GetStringAsync("/api/telemetry/metrics?instrument=depth&limit=2", _cancellation);
        var instruments = System.Text.Json.JsonDocument.Parse(given).RootElement.GetProperty("resourceMetrics")[0].GetProperty("scopeMetrics")[0].GetProperty("metrics");
        Assert.Equal(1, instruments.GetArrayLength());
        Assert.Equal([2d, 3d], instruments[0].GetProperty("gauge").GetProperty("dataPoints").EnumerateArray().Select(point => point.GetProperty("asDouble").GetDouble()));
    }

    [Theory]
    [InlineData("", 0, "there is nothing in it")]
    [InlineData("[1]", 0, "it is no object")]
    [InlineData("{\"a\":1}", 0, "it has none of resourceSpans, resourceLogs, resourceMetrics")]
    [InlineData("{\"resourceLogs\":[{\"scopeLogs\":[{\"logRecords\":[{}]}]}]}\n{\"resourceLogs\":[{\"scopeLogs\":[{\"logRecords\":[{},{}]}]}]}\n", 3, "")]
    [InlineData("{\"resourceLogs\":[{\"scopeLogs\":[{\"logRecords\":[{}]}]}]} oops", 1, "'o' is an invalid start of a value")]
    public void A_file_is_taken_message_by_message_up_to_what_is_wrong(string text, long taken, string problem)
    {
        TelemetryStore store = new(new TelemetryLimits());
        OtlpImport import = new(new TraceIntake(store), new LogIntake(store, TimeProvider.System), new MetricIntake(store));

        ImportOutcome outcome = import.Take("file", Encoding.UTF8.GetBytes(text));

        Assert.Equal((taken, (int)taken), (outcome.Taken, store.Logs.Count));
        Assert.StartsWith(problem, outcome.Problem, StringComparison.Ordinal);
        Assert.Equal(problem.Length == 0, outcome.Problem.Length == 0);
    }

    [Fact]
    public async Task Without_a_login_or_the_pages_token_nothing_is_imported()
    {
        using MultipartFormDataContent form = new() { { new StringContent("{}"), "files", "a.json" } };
        using HttpResponseMessage stranger = await _dashboard.Browser.PostAsync("/api/telemetry/import", form, _cancellation);
        Assert.Equal(HttpStatusCode.Unauthorized, stranger.StatusCode);

        (await _dashboard.LogInAsync(_cancellation)).Dispose();
        using MultipartFormDataContent again = new() { { new StringContent("{}"), "files", "a.json" } };
        using HttpResponseMessage forged = await _dashboard.Browser.PostAsync("/api/telemetry/import", again, _cancellation);
        Assert.Equal(HttpStatusCode.BadRequest, forged.StatusCode);
    }

    private static Wire.Span Span()
    {
        Wire.Span span = Otlp.Span(1, 1, name: "GET <b>");
        span.Attributes.Add(Otlp.Attribute("key", "\"quoted\" <script>"));
        span.Attributes.Add(new Wire.KeyValue { Key = "half", Value = new() { DoubleValue = 0.5 } });
        span.Links.Add(new Wire.Span.Types.Link { TraceId = span.TraceId, SpanId = span.SpanId });
        span.Events.Add(new Wire.Span.Types.Event { Name = "begun", TimeUnixNano = span.StartTimeUnixNano });
        span.Status = new Wire.Status { Code = Wire.Status.Types.StatusCode.Error, Message = "no" };
        return span;
    }

    private static Wire.Metric Gauge(string name, params double[] values)
    {
        Wire.Metric gauge = new() { Name = name, Unit = "{item}", Description = "How <b>deep</b>", Gauge = new() };
        gauge.Gauge.DataPoints.Add(values.Select((value, i) => new Wire.NumberDataPoint { AsDouble = value, TimeUnixNano = (ulong)(Otlp.Start + (i * UnixNanos.PerSecond)) }));
        return gauge;
    }

    /// <summary>One of each kind, six points together.</summary>
    private static IEnumerable<Wire.Metric> Instruments()
    {
        const ulong Time = 1_735_787_045_000_000_000;
        yield return Gauge("depth", 5.5, -1);
        foreach (bool isMonotonic in new[] { true, false })
        {
            yield return new Wire.Metric
            {
                Name = isMonotonic ? "sold" : "held",
                Sum = new()
                {
                    IsMonotonic = isMonotonic,
                    AggregationTemporality = isMonotonic ? Wire.AggregationTemporality.Delta : Wire.AggregationTemporality.Cumulative,
                    DataPoints = { new Wire.NumberDataPoint { AsInt = 7, TimeUnixNano = Time, Attributes = { Otlp.Attribute("lane", "\"1\"") } } },
                },
            };
        }

        Wire.Span traced = Otlp.Span(1, 1);
        yield return new Wire.Metric
        {
            Name = "took",
            Unit = "s",
            Histogram = new()
            {
                AggregationTemporality = Wire.AggregationTemporality.Cumulative,
                DataPoints =
                {
                    new Wire.HistogramDataPoint
                    {
                        Count = 3, Sum = 9.25, TimeUnixNano = Time, BucketCounts = { 1, 2 }, ExplicitBounds = { 0.5 },
                        Exemplars = { new Wire.Exemplar { AsDouble = 7, TimeUnixNano = Time, TraceId = traced.TraceId, SpanId = traced.SpanId } },
                    },
                },
            },
        };
        yield return new Wire.Metric
        {
            Name = "took, finely",
            ExponentialHistogram = new()
            {
                AggregationTemporality = Wire.AggregationTemporality.Cumulative,
                DataPoints = { new Wire.ExponentialHistogramDataPoint { Count = 3, Sum = 9, Scale = 1, ZeroCount = 1, TimeUnixNano = Time, Positive = new() { Offset = 2, BucketCounts = { 1, 1 } } } },
            },
        };
    }

    private static string Described(TelemetryStore store, string service) => string.Join('\n', store.Metrics.Instruments().Where(one => one.Id.Resource.Service == service)
        .Select(one => $"{one.Id.Meter} {one.Id.Name} {one.Kind} {one.Unit} {one.Description}: " + string.Join("; ", store.Metrics.Series(one.Id).Select(series =>
            $"{string.Join(',', series.Attributes)} [{string.Join(',', series.Bounds)}] exemplars {string.Join(',', series.Exemplars.Select(each => $"{each.Value}@{each.TraceId}"))} "
            + string.Join(' ', series.Points.Select(point => $"{point.Time}={point.Value}/{point.Count}({string.Join(',', point.Buckets)})")))))
        .Order(StringComparer.Ordinal));

    private static string Described(SpanRecord span) => string.Join(
        " | ",
        span.Resource.Key,
        span.SpanId,
        span.ParentId,
        span.Name,
        span.Scope,
        span.Start,
        span.End,
        span.Status,
        span.StatusMessage,
        string.Join(',', span.Attributes),
        string.Join(',', span.Links.Select(link => link.SpanId)),
        string.Join(',', span.Events.Select(one => one.Name)));

    private static Task<string> TextOf(HttpResponseMessage answer) => answer.Content.ReadAsStringAsync(TestContext.Current.CancellationToken);

    private Task<HttpResponseMessage> PostAsync(string path, string json) =>
        _dashboard.Exporter.PostAsync(path, new StringContent(json, new MediaTypeHeaderValue("application/json")), _cancellation);
}

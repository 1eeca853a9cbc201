using System.Net;
using System.Net.Http.Headers;
using Aspire.Dashboard.Otlp.Wire;
using Aspire.Dashboard.Telemetry;
using Google.Protobuf;
using LogRecord = Aspire.Dashboard.Telemetry.LogRecord;

namespace KvStore.Tests.StandIns.Dashboard;

/// <summary>OTLP over HTTP: what is taken, and what is refused and how.</summary>
public sealed class OtlpHttpTests : IAsyncLifetime
{
    private readonly CancellationToken _cancellation = TestContext.Current.CancellationToken;
    private RunningDashboard _dashboard = null!;

    public async ValueTask InitializeAsync() => _dashboard = await RunningDashboard.StartAsync(_cancellation);

    public ValueTask DisposeAsync() => _dashboard.DisposeAsync();

    [Theory]
    [InlineData(false)]
    [InlineData(true)]
    public async Task Spans_are_kept_as_they_were_sent_packed_or_not(bool isPacked)
    {
        Span sent = Otlp.Span(1, 2, name: "GET <b>", milliseconds: 5);
        sent.Attributes.Add(Otlp.Attribute("key", "<script>"));
        sent.Attributes.Add(new KeyValue { Key = "many", Value = new AnyValue { ArrayValue = new ArrayValue { Values = { new AnyValue { IntValue = 7 } } } } });
        sent.Links.Add(new Span.Types.Link { TraceId = sent.TraceId, SpanId = sent.SpanId });
        sent.Events.Add(new Span.Types.Event { Name = "begun" });
        sent.Status = new Status { Code = Status.Types.StatusCode.Error, Message = "no" };
        byte[] body = Otlp.Traces("shop", sent).ToByteArray();

        using HttpResponseMessage answer = await PostAsync("/v1/traces", isPacked ? Otlp.Packed(body) : Otlp.Body(body));

        Assert.Equal(HttpStatusCode.OK, answer.StatusCode);
        Assert.Empty(await answer.Content.ReadAsByteArrayAsync(_cancellation));
        SpanRecord kept = Assert.Single(_dashboard.Store.Traces.Find(Otlp.TraceId(1))!.Spans);
        Assert.Equal(
            ("shop", Otlp.SpanId(2), "", "GET <b>", "tests", Otlp.Start, 5 * UnixNanos.PerMillisecond, SpanStatus.Error, "no"),
            (kept.Resource.Service, kept.SpanId, kept.ParentId, kept.Name, kept.Scope, kept.Start, kept.Duration, kept.Status, kept.StatusMessage));
        Assert.Equal([new Field("key", "<script>"), new Field("many", "[7]", FieldKind.Nested)], kept.Attributes);
        Assert.Equal(("begun", Otlp.TraceId(1)), (kept.Events.Single().Name, kept.Links.Single().TraceId));
    }

    [Fact]
    public async Task Logs_are_kept_with_their_level_and_trace()
    {
        using HttpResponseMessage answer = await PostAsync("/v1/logs", Otlp.Body(Otlp.Logs("shop", Otlp.Log("sold", severity: 17, trace: 3, span: 4))));

        Assert.Equal(HttpStatusCode.OK, answer.StatusCode);
        LogRecord kept = Assert.Single(_dashboard.Store.Logs.All());
        Assert.Equal(
            ("shop", "Tests.Logger", "sold", Microsoft.Extensions.Logging.LogLevel.Error, Otlp.TraceId(3), Otlp.SpanId(4)),
            (kept.Resource.Service, kept.Category, kept.Message, kept.Level, kept.TraceId, kept.SpanId));
    }

    [Fact]
    public async Task A_summary_is_refused_by_name_and_the_rest_of_the_request_taken()
    {
        Metric gauge = new() { Name = "depth", Gauge = new Gauge { DataPoints = { new NumberDataPoint { AsInt = 5, TimeUnixNano = (ulong)Otlp.Start } } } };
        Metric summary = new() { Name = "old", Summary = new Summary { DataPoints = { new SummaryDataPoint() } } };

        using HttpResponseMessage answer = await PostAsync("/v1/metrics", Otlp.Body(Otlp.Metrics("shop", summary, gauge)));

        ExportMetricsServiceResponse told = ExportMetricsServiceResponse.Parser.ParseFrom(await answer.Content.ReadAsByteArrayAsync(_cancellation));
        Assert.Equal(
            (1, "metric 'old': Summary is not kept; allowed are gauge, sum, histogram and exponential histogram"),
            (told.PartialSuccess.RejectedDataPoints, told.PartialSuccess.ErrorMessage));
        Assert.Equal("depth", Assert.Single(_dashboard.Store.Metrics.Instruments()).Id.Name);
    }

    [Fact]
    public async Task A_span_without_an_id_is_refused_by_name_and_the_others_taken()
    {
        Span nameless = Otlp.Span(1, 1, name: "lost");
        nameless.SpanId = ByteString.CopyFrom(1, 2);

        using HttpResponseMessage answer = await PostAsync("/v1/traces", Otlp.Body(Otlp.Traces("shop", nameless, Otlp.Span(1, 2))));

        ExportTraceServiceResponse told = ExportTraceServiceResponse.Parser.ParseFrom(await answer.Content.ReadAsByteArrayAsync(_cancellation));
        Assert.Equal(
            (1, "span 'lost': span_id must be 8 bytes and not all zero, it has 2"),
            (told.PartialSuccess.RejectedSpans, told.PartialSuccess.ErrorMessage));
        Assert.Single(_dashboard.Store.Traces.Find(Otlp.TraceId(1))!.Spans);
    }

    [Theory]
    [InlineData(null, "the header x-otlp-api-key is missing")]
    [InlineData("another", "the header x-otlp-api-key has a wrong key")]
    public async Task Without_the_key_nothing_is_taken(string? key, string reason)
    {
        _dashboard.Exporter.DefaultRequestHeaders.Remove("x-otlp-api-key");
        if (key is not null)
        {
            _dashboard.Exporter.DefaultRequestHeaders.Add("x-otlp-api-key", key);
        }

        Assert.Equal($"Unauthorized: {reason}", await RefusalAsync(Otlp.Body(Otlp.Traces("shop", Otlp.Span(1, 1)))));
        Assert.Equal(0, _dashboard.Store.Traces.Count);
    }

    [Fact]
    public async Task A_body_that_is_no_message_is_refused_and_says_so()
    {
        Assert.StartsWith("BadRequest: the body is no ExportTraceServiceRequest: ", await RefusalAsync(Otlp.Body([0xFF, 0xFF, 0xFF])), StringComparison.Ordinal);
        HttpContent unpacked = Otlp.Body([1, 2, 3]);
        unpacked.Headers.ContentEncoding.Add("gzip");
        Assert.StartsWith("BadRequest: the body is no gzip: ", await RefusalAsync(unpacked), StringComparison.Ordinal);
    }

    [Fact]
    public async Task Another_kind_of_body_is_refused_and_says_which_is_allowed()
    {
        using StringContent text = new("{}", new MediaTypeHeaderValue("text/plain"));
        Assert.Equal("UnsupportedMediaType: Content-Type must be application/x-protobuf or application/json, not 'text/plain'", await RefusalAsync(text));
        HttpContent brotli = Otlp.Body([]);
        brotli.Headers.ContentEncoding.Add("br");
        Assert.Equal("UnsupportedMediaType: Content-Encoding must be gzip or none, not 'br'", await RefusalAsync(brotli));
    }

    [Theory]
    [InlineData(17)]
    [InlineData(100)]
    public async Task A_body_that_becomes_too_large_when_it_is_unpacked_is_refused(int mebibytes)
    {
        Assert.Equal("RequestEntityTooLarge: the body has more than 16777216 bytes", await RefusalAsync(Otlp.Packed(new byte[mebibytes * 1024 * 1024])));
        await GoesOnAsync();
    }

    [Theory]
    [InlineData(17)]
    [InlineData(100)]
    public async Task A_body_that_says_it_is_too_large_is_refused(int mebibytes)
    {
        // The server answers before it has read all of that, and closes; a client may find out by either.
        using HttpRequestMessage request = new(HttpMethod.Post, "/v1/traces") { Content = Otlp.Body(new byte[mebibytes * 1024 * 1024]), Headers = { ExpectContinue = true } };
        using HttpResponseMessage answer = await _dashboard.Exporter.SendAsync(request, _cancellation);
        Assert.Equal(HttpStatusCode.RequestEntityTooLarge, answer.StatusCode);
        await GoesOnAsync();
    }

    /// <summary>Who does not say how much comes is stopped when it is too much.</summary>
    [Fact]
    public async Task A_body_without_a_length_is_refused_when_it_has_become_too_large()
    {
        using HttpRequestMessage request = new(HttpMethod.Post, "/v1/traces") { Content = Otlp.Body(new byte[100 * 1024 * 1024]), Headers = { TransferEncodingChunked = true } };
        try
        {
            using HttpResponseMessage answer = await _dashboard.Exporter.SendAsync(request, _cancellation);
            Assert.Equal(HttpStatusCode.RequestEntityTooLarge, answer.StatusCode);
        }
        catch (HttpRequestException)
        {
            // It was refused while it was still being sent.
        }

        await GoesOnAsync();
    }

    /// <summary>Nothing was kept of what was refused, and what is in order is taken.</summary>
    private async Task GoesOnAsync()
    {
        Assert.Equal(0, _dashboard.Store.Traces.Count);
        using HttpResponseMessage answer = await PostAsync("/v1/traces", Otlp.Body(Otlp.Traces("shop", Otlp.Span(1, 1))));
        Assert.Equal((HttpStatusCode.OK, 1), (answer.StatusCode, _dashboard.Store.Traces.Count));
    }

    private Task<HttpResponseMessage> PostAsync(string path, HttpContent body) => _dashboard.Exporter.PostAsync(path, body, _cancellation);

    private async Task<string> RefusalAsync(HttpContent body)
    {
        using HttpResponseMessage answer = await PostAsync("/v1/traces", body);
        RpcStatus status = RpcStatus.Parser.ParseFrom(await answer.Content.ReadAsByteArrayAsync(_cancellation));
        return $"{answer.StatusCode}: {status.Message}";
    }
}

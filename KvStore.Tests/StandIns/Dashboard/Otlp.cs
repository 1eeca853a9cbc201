using System.Globalization;
using System.IO.Compression;
using System.Net.Http.Headers;
using Aspire.Dashboard.Otlp.Wire;
using Aspire.Dashboard.Telemetry;
using Google.Protobuf;
using LogRecord = Aspire.Dashboard.Otlp.Wire.LogRecord;
using WireKind = Aspire.Dashboard.Otlp.Wire.Span.Types.SpanKind;

namespace KvStore.Tests.StandIns.Dashboard;

/// <summary>What an exporter sends, made by hand.</summary>
internal static class Otlp
{
    public static readonly long Start = UnixNanos.Of(new DateTimeOffset(2025, 1, 2, 3, 4, 5, TimeSpan.Zero));

    public static string TraceId(int number) => number.ToString("x32", CultureInfo.InvariantCulture);

    public static string SpanId(int number) => number.ToString("x16", CultureInfo.InvariantCulture);

    /// <param name="parent">0 for a root.</param>
    /// <param name="at">Milliseconds after <see cref="Start"/>.</param>
    public static Span Span(int trace, int span, int parent = 0, string name = "work", long at = 0, long milliseconds = 10) => new()
    {
        TraceId = Bytes(TraceId(trace)),
        SpanId = Bytes(SpanId(span)),
        ParentSpanId = parent == 0 ? ByteString.Empty : Bytes(SpanId(parent)),
        Name = name,
        Kind = WireKind.Internal,
        StartTimeUnixNano = (ulong)(Start + (at * UnixNanos.PerMillisecond)),
        EndTimeUnixNano = (ulong)(Start + ((at + milliseconds) * UnixNanos.PerMillisecond)),
    };

    public static ExportTraceServiceRequest Traces(string service, params Span[] spans) => new()
    {
        ResourceSpans = { new ResourceSpans { Resource = Resource(service), ScopeSpans = { new ScopeSpans { Scope = new() { Name = "tests" }, Spans = { spans } } } } },
    };

    public static ExportLogsServiceRequest Logs(string service, params LogRecord[] logs) => new()
    {
        ResourceLogs = { new ResourceLogs { Resource = Resource(service), ScopeLogs = { new ScopeLogs { Scope = new() { Name = "Tests.Logger" }, LogRecords = { logs } } } } },
    };

    public static ExportMetricsServiceRequest Metrics(string service, params Metric[] metrics) => new()
    {
        ResourceMetrics = { new ResourceMetrics { Resource = Resource(service), ScopeMetrics = { new ScopeMetrics { Scope = new() { Name = "Tests.Meter" }, Metrics = { metrics } } } } },
    };

    public static LogRecord Log(string message, int severity = 9, int trace = 0, int span = 0, long at = 0) => new()
    {
        TimeUnixNano = (ulong)(Start + (at * UnixNanos.PerMillisecond)),
        SeverityNumber = severity,
        Body = new AnyValue { StringValue = message },
        TraceId = trace == 0 ? ByteString.Empty : Bytes(TraceId(trace)),
        SpanId = span == 0 ? ByteString.Empty : Bytes(SpanId(span)),
    };

    public static KeyValue Attribute(string key, string value) => new() { Key = key, Value = new AnyValue { StringValue = value } };

    /// <summary>A body for HTTP.</summary>
    public static HttpContent Body(IMessage message) => Body(message.ToByteArray());

    public static HttpContent Body(byte[] bytes) => new ByteArrayContent(bytes) { Headers = { ContentType = new MediaTypeHeaderValue("application/x-protobuf") } };

    public static HttpContent Packed(byte[] bytes)
    {
        using MemoryStream packed = new();
        using (GZipStream gzip = new(packed, CompressionLevel.Fastest))
        {
            gzip.Write(bytes);
        }

        HttpContent body = Body(packed.ToArray());
        body.Headers.ContentEncoding.Add("gzip");
        return body;
    }

    private static Resource Resource(string service) =>
        new() { Attributes = { Attribute("service.name", service), Attribute("service.instance.id", "one") } };

    private static ByteString Bytes(string hex) => ByteString.CopyFrom(Convert.FromHexString(hex));
}

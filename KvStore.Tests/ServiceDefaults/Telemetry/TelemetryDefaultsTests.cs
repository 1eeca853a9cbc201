using System.Diagnostics;
using System.Diagnostics.Metrics;
using System.Globalization;
using System.Net;
using KvStore.ServiceDefaults.Telemetry;
using Microsoft.AspNetCore.Builder;
using Microsoft.AspNetCore.Hosting;
using Microsoft.AspNetCore.Http;
using Microsoft.Extensions.Configuration;
using Microsoft.Extensions.DependencyInjection;
using Microsoft.Extensions.Hosting;
using Microsoft.Extensions.Logging;
using OpenTelemetry;
using OpenTelemetry.Metrics;
using OpenTelemetry.Trace;
using Xunit;

namespace KvStore.Tests.ServiceDefaults.Telemetry;

/// <summary>What a process with the defaults records and exports.</summary>
[Collection(nameof(ProcessTelemetry))]
public sealed class TelemetryDefaultsTests
{
    private static CancellationToken Cancellation => TestContext.Current.CancellationToken;

    [Fact]
    public async Task Our_spans_are_recorded_up_to_the_limit_and_their_children_with_them()
    {
        using var source = new ActivitySource("KvStore.Tests.Limited");
        var spans = new SpanList(span => span.Source == source);
        await using var app = await StartAsync(spans, new() { [TraceBudget.ConfigurationKey] = "2" });
        var budget = app.Services.GetRequiredService<TraceBudget>();

        for (var i = 0; i < 5; i++)
        {
            using var root = budget.Samples(default) ? source.StartActivity($"root {i}") : null;
            using var child = root is null ? null : source.StartActivity($"child {i}");
            Assert.Equal(i < 2, root is not null);
        }

        Assert.Equal(["child 0", "root 0", "child 1", "root 1"], spans.Names);
    }

    [Fact]
    public async Task A_report_is_recorded_though_the_traces_are_used_up()
    {
        using var source = new ActivitySource("KvStore.Tests.Reported");
        var spans = new SpanList(span => span.Source == source);
        await using var app = await StartAsync(spans, new() { [TraceBudget.ConfigurationKey] = "1" });

        source.StartActivity("root")?.Dispose();
        for (var i = 0; i < 2; i++)
        {
            source.StartActivity("dropped")?.Dispose();
            source.StartActivity(ActivityKind.Server, tags: [new(TraceBudget.ReportTag, "slow")], name: $"report {i}")?.Dispose();
        }

        Assert.Equal(["root", "report 0"], spans.Names);
    }

    [Fact]
    public async Task A_request_leaves_a_span_and_a_probe_leaves_none()
    {
        var spans = new SpanList(span => span.Source.Name == "Microsoft.AspNetCore");
        await using var app = await StartAsync(spans, []);
        using var client = new HttpClient { BaseAddress = new Uri(app.Urls.Single()) };

        foreach (var path in new[] { "/health", "/alive", "/items/7" })
        {
            Assert.Equal(HttpStatusCode.OK, (await client.GetAsync(path, Cancellation)).StatusCode);
        }

        using var noContent = new ByteArrayContent([]);
        await client.PostAsync("/grpc.health.v1.Health/Check", noContent, Cancellation);
        await app.StopAsync(Cancellation);
        Assert.Equal(["/items/7"], spans.All.Where(IsOf(app)).Select(span => span.GetTagItem("url.path")));
    }

    [Fact]
    public async Task A_look_at_the_clusters_state_begins_no_trace_and_is_recorded_in_one()
    {
        var spans = new SpanList(span => span.Source.Name == "Microsoft.AspNetCore");
        await using var app = await StartAsync(spans, []);
        using var client = new HttpClient(new SocketsHttpHandler { ActivityHeadersPropagator = null }) { BaseAddress = new Uri(app.Urls.Single()) };
        var traceId = ActivityTraceId.CreateRandom();
        using var noContent = new ByteArrayContent([]);

        await client.PostAsync("/kvstore.v1.Cluster/GetStatus", noContent, Cancellation);
        client.DefaultRequestHeaders.Add("traceparent", $"00-{traceId}-{ActivitySpanId.CreateRandom()}-01");
        await client.PostAsync("/kvstore.v1.Cluster/GetStatus", noContent, Cancellation);
        await app.StopAsync(Cancellation);

        Assert.Equal([traceId], spans.All.Where(IsOf(app)).Select(span => span.TraceId));
    }

    [Fact]
    public async Task A_sampled_caller_is_followed_though_no_trace_may_begin_here()
    {
        var spans = new SpanList(span => span.Source.Name == "Microsoft.AspNetCore");
        await using var app = await StartAsync(spans, new() { [TraceBudget.ConfigurationKey] = "0" });
        using var client = new HttpClient(new SocketsHttpHandler { ActivityHeadersPropagator = null }) { BaseAddress = new Uri(app.Urls.Single()) };
        var traceId = ActivityTraceId.CreateRandom();

        await client.GetAsync("/items/1", Cancellation);
        client.DefaultRequestHeaders.Add("traceparent", $"00-{traceId}-{ActivitySpanId.CreateRandom()}-01");
        await client.GetAsync("/items/2", Cancellation);
        await app.StopAsync(Cancellation);

        Assert.Equal([traceId], spans.All.Where(IsOf(app)).Select(span => span.TraceId));
    }

    [Fact]
    public void A_bad_limit_is_refused_before_anything_starts()
    {
        var builder = WebApplication.CreateSlimBuilder(["--KvStore:TracesPerSecondMax=lots"]);

        var refusal = Assert.ThrowsAny<Exception>(() => builder.AddServiceDefaults());

        Assert.StartsWith("KvStore:TracesPerSecondMax is 'lots'", refusal.Message, StringComparison.Ordinal);
    }

    [Theory]
    [InlineData(null, null, "the-application")]
    [InlineData("named", null, "named")]
    [InlineData(null, "service.name=attributed,a=b", "attributed")]
    public async Task A_process_is_called_as_told_or_else_by_its_application(string? name, string? attributes, string expected)
    {
        var spans = new SpanList(_ => false);
        var settings = new Dictionary<string, string?> { ["OTEL_SERVICE_NAME"] = name, ["OTEL_RESOURCE_ATTRIBUTES"] = attributes };
        await using var app = await StartAsync(spans, settings);

        var resource = app.Services.GetRequiredService<TracerProvider>().GetResource();

        Assert.Equal(expected, resource.Attributes.Single(attribute => attribute.Key == "service.name").Value);
    }

    [Fact]
    public async Task Traces_metrics_and_logs_are_exported_to_the_endpoint_told()
    {
        await using var receiver = await OtlpReceiver.StartAsync(Cancellation);
        using var source = new ActivitySource("KvStore.Tests.Exported");
        using var meter = new Meter("KvStore.Tests.Exported");
        var counter = meter.CreateCounter<int>("exported.counter");
        var settings = new Dictionary<string, string?>
        {
            ["OTEL_EXPORTER_OTLP_ENDPOINT"] = receiver.Address,
            ["OTEL_EXPORTER_OTLP_PROTOCOL"] = "http/protobuf",
            ["OTEL_EXPORTER_OTLP_HEADERS"] = "x-otlp-api-key=secret",
        };

        await using (var app = await StartAsync(new SpanList(_ => false), settings))
        {
            source.StartActivity("exported span")!.Dispose();
            counter.Add(1);
            app.Logger.LogWarning("exported {What}", "log");
            await app.StopAsync(Cancellation);
        }

        Assert.Equal(["/v1/logs", "/v1/metrics", "/v1/traces"], receiver.Paths);
        Assert.True(receiver.Contains("/v1/traces", "exported span"));
        Assert.True(receiver.Contains("/v1/metrics", "exported.counter"));
        Assert.True(receiver.Contains("/v1/logs", "exported log"));
        Assert.Equal(["secret"], receiver.Keys);
    }

    [Theory]
    [InlineData(null, 15_000)]
    [InlineData("4096", 8_192)]
    public async Task A_seconds_worth_of_spans_waits_for_an_endpoint_that_is_slow_unless_told_otherwise(string? queue, int most)
    {
        const int Burst = 15_000;
        await using var receiver = await OtlpReceiver.StartAsync(Cancellation);
        var hold = new TaskCompletionSource(TaskCreationOptions.RunContinuationsAsynchronously);
        receiver.Hold = hold.Task;
        using var source = new ActivitySource("KvStore.Tests.Burst");
        var settings = new Dictionary<string, string?>
        {
            [TraceBudget.ConfigurationKey] = "-1",
            ["OTEL_EXPORTER_OTLP_ENDPOINT"] = receiver.Address,
            ["OTEL_EXPORTER_OTLP_PROTOCOL"] = "http/protobuf",
        };
        if (queue is not null)
        {
            settings["OTEL_BSP_MAX_QUEUE_SIZE"] = queue;
        }

        await using (var app = await StartAsync(new SpanList(_ => false), settings))
        {
            for (var i = 0; i < Burst; i++)
            {
                source.StartActivity("one of many")!.Dispose();
            }

            hold.SetResult();
            await app.StopAsync(Cancellation);
        }

        Assert.InRange(receiver.CountOf("/v1/traces", "one of many"), queue is null ? Burst : 1, most);
    }

    // The exporters and clients of the process make requests of their own.
    private static Func<Activity, bool> IsOf(WebApplication app)
    {
        var port = new Uri(app.Urls.Single()).Port;
        return span => span.GetTagItem("server.port") is int requested && requested == port;
    }

    private static async Task<WebApplication> StartAsync(SpanList spans, Dictionary<string, string?> settings)
    {
        var builder = WebApplication.CreateSlimBuilder(new WebApplicationOptions { ApplicationName = "the-application" });
        builder.Configuration.Sources.Clear();
        builder.Configuration.AddInMemoryCollection(settings);
        builder.Logging.ClearProviders();
        builder.WebHost.UseKestrel(kestrel => kestrel.Listen(IPAddress.Loopback, 0));
        builder.Services.AddSingleton<TimeProvider>(new ManualTime());
        builder.AddServiceDefaults();
        builder.Services.ConfigureOpenTelemetryTracerProvider(tracing => tracing.AddProcessor(spans));
        var app = builder.Build();
        app.MapDefaultEndpoints();
        app.MapGet("/items/{id}", (int id) => id.ToString(CultureInfo.InvariantCulture));
        await app.StartAsync(Cancellation);
        return app;
    }
}

using System.Diagnostics;
using System.Net;
using Grpc.Core;
using Grpc.Net.Client;
using KvStore.Tests.StandIns.Grpc;
using Microsoft.AspNetCore.Builder;
using Microsoft.AspNetCore.Hosting;
using Microsoft.AspNetCore.Http;
using Microsoft.AspNetCore.Server.Kestrel.Core;
using Microsoft.Extensions.DependencyInjection;
using Microsoft.Extensions.Hosting;
using Microsoft.Extensions.Logging;
using OpenTelemetry.Trace;
using Xunit;

namespace KvStore.Tests.ServiceDefaults.Telemetry;

/// <summary>What the span of a request says when it has ended: name, status, error and the tags a reader searches by.</summary>
[Collection(nameof(ProcessTelemetry))]
public sealed class RequestSpansTests
{
    private static readonly string[] Tags =
        ["http.route", "http.response.status_code", "rpc.system", "rpc.service", "rpc.method", "rpc.grpc.status_code", "error.type"];

    private static CancellationToken Cancellation => TestContext.Current.CancellationToken;

    [Theory]
    [InlineData("/items/7", "GET /items/{id} Unset http.route=/items/{id} http.response.status_code=200")]
    [InlineData("/nothing", "GET Unset http.response.status_code=404")]
    [InlineData("/busy", "GET /busy Error http.route=/busy http.response.status_code=503 error.type=503")]
    [InlineData("/broken", "GET /broken Error http.route=/broken error.type=System.TimeoutException")]
    public async Task An_http_request_is_named_by_its_route_and_says_how_it_ended(string path, string expected)
    {
        var spans = new SpanList(span => span.Source.Name == "Microsoft.AspNetCore");
        await using var app = await StartAsync(spans, HttpProtocols.Http1);
        using var client = new HttpClient();

        await client.GetAsync(app.Urls.Single() + path, Cancellation);
        await app.StopAsync(Cancellation);

        Assert.Equal(expected, Describe(Assert.Single(spans.All, span => span.GetTagItem("server.port") is int port && port == Port(app))));
    }

    [Fact]
    public async Task A_grpc_call_is_named_by_its_method_and_says_how_it_ended()
    {
        var spans = new SpanList(span => span.Source.Name == "Microsoft.AspNetCore");
        await using var app = await StartAsync(spans, HttpProtocols.Http2);
        using var channel = GrpcChannel.ForAddress(app.Urls.Single());
        var client = new Echo.EchoClient(channel);

        await client.SayAsync(new Text(), cancellationToken: Cancellation);
        await Assert.ThrowsAsync<RpcException>(async () => await client.FailAsync(new Text(), cancellationToken: Cancellation));
        await app.StopAsync(Cancellation);

        Assert.Equal(
            [
                "kvstore.tests.Echo/Say Unset rpc.system=grpc rpc.service=kvstore.tests.Echo rpc.method=Say rpc.grpc.status_code=0",
                "kvstore.tests.Echo/Fail Unset rpc.system=grpc rpc.service=kvstore.tests.Echo rpc.method=Fail rpc.grpc.status_code=9",
            ],
            spans.All.Where(span => span.GetTagItem("server.port") is int port && port == Port(app)).Select(Describe));
    }

    private static int Port(WebApplication app) => new Uri(app.Urls.Single()).Port;

    private static string Describe(Activity span) => string.Join(
        ' ',
        Tags.Where(tag => span.GetTagItem(tag) is not null).Select(tag => $"{tag}={span.GetTagItem(tag)}").Prepend($"{span.DisplayName} {span.Status}"));

    private static async Task<WebApplication> StartAsync(SpanList spans, HttpProtocols protocols)
    {
        var builder = WebApplication.CreateSlimBuilder();
        builder.Logging.ClearProviders();
        builder.WebHost.UseKestrel(kestrel => kestrel.Listen(IPAddress.Loopback, 0, listen => listen.Protocols = protocols));
        builder.Services.AddGrpc();
        builder.Services.AddSingleton<EchoService>();
        builder.AddServiceDefaults();
        builder.Services.ConfigureOpenTelemetryTracerProvider(tracing => tracing.AddProcessor(spans));
        var app = builder.Build();
        app.MapGrpcService<EchoService>();
        app.MapGet("/items/{id}", (int id) => Results.Ok(id));
        app.MapGet("/busy", () => Results.StatusCode(StatusCodes.Status503ServiceUnavailable));
        app.MapGet("/broken", IResult () => throw new TimeoutException());
        await app.StartAsync(Cancellation);
        return app;
    }
}

using Grpc.Core;
using Grpc.Health.V1;
using Grpc.HealthCheck;
using Microsoft.AspNetCore.Builder;
using Microsoft.Extensions.DependencyInjection;
using Microsoft.Extensions.Diagnostics.HealthChecks;
using Xunit;
using ServingStatus = Grpc.Health.V1.HealthCheckResponse.Types.ServingStatus;

namespace KvStore.Tests.StandIns.Grpc;

public sealed class HealthServiceTests
{
    private static CancellationToken Cancellation => TestContext.Current.CancellationToken;

    [Fact]
    public async Task Check_says_what_was_set_and_not_found_of_what_was_not()
    {
        var health = new HealthServiceImpl();
        await using var app = await GrpcApplication.StartAsync(
            services => services.AddSingleton(health), app => app.MapGrpcService<HealthServiceImpl>(), Cancellation);
        health.SetStatus("", ServingStatus.Serving);
        health.SetStatus("kv", ServingStatus.NotServing);

        Assert.Equal("Serving", await CheckAsync(app, ""));
        Assert.Equal("NotServing", await CheckAsync(app, "kv"));
        Assert.Equal("NotFound", await CheckAsync(app, "other"));
        health.ClearStatus("kv");
        Assert.Equal("NotFound", await CheckAsync(app, "kv"));
        health.ClearAll();
        Assert.Equal("NotFound", await CheckAsync(app, ""));
    }

    [Fact]
    public async Task Watch_tells_the_state_and_each_change_once()
    {
        var health = new HealthServiceImpl();
        await using var app = await GrpcApplication.StartAsync(
            services => services.AddSingleton(health), app => app.MapGrpcService<HealthServiceImpl>(), Cancellation);
        using var watch = new Health.HealthClient(app.Channel).Watch(new() { Service = "kv" }, cancellationToken: Cancellation);

        Assert.Equal(ServingStatus.ServiceUnknown, await NextAsync(watch));
        health.SetStatus("kv", ServingStatus.Serving);
        Assert.Equal(ServingStatus.Serving, await NextAsync(watch));
        health.SetStatus("kv", ServingStatus.Serving);
        health.SetStatus("other", ServingStatus.NotServing);
        health.SetStatus("kv", ServingStatus.NotServing);
        Assert.Equal(ServingStatus.NotServing, await NextAsync(watch));
        health.ClearStatus("kv");
        Assert.Equal(ServingStatus.ServiceUnknown, await NextAsync(watch));
    }

    [Fact]
    public async Task Without_health_checks_the_server_is_unknown()
    {
        await using var app = await StartAsync(_ => { });

        Assert.Equal("Unknown", await CheckAsync(app, ""));
        Assert.Equal("NotFound", await CheckAsync(app, "other"));
    }

    [Theory]
    [InlineData(HealthStatus.Healthy, "Serving")]
    [InlineData(HealthStatus.Degraded, "Serving")]
    [InlineData(HealthStatus.Unhealthy, "NotServing")]
    public async Task The_server_serves_unless_a_check_is_unhealthy(HealthStatus found, string expected)
    {
        await using var app = await StartAsync(services => services.AddGrpcHealthChecks()
            .AddCheck("good", () => HealthCheckResult.Healthy())
            .AddCheck("one", () => new HealthCheckResult(found)));

        Assert.Equal(expected, await CheckAsync(app, ""));
    }

    [Fact]
    public async Task A_service_follows_the_checks_that_are_mapped_to_it()
    {
        await using var app = await StartAsync(services => services
            .AddGrpcHealthChecks(options =>
            {
                options.Services.Map("by-tag", check => check.Tags.Contains("disk"));
                options.Services.MapService("by-result", result => result.Status != HealthStatus.Unhealthy);
                options.Services.Map("by-nothing", _ => false);
            })
            .AddCheck("good", () => HealthCheckResult.Healthy(), ["network"])
            .AddCheck("bad", () => HealthCheckResult.Unhealthy(), ["disk"]));

        Assert.Equal(
            ["NotServing", "NotServing", "Serving", "Unknown"],
            [await CheckAsync(app, ""), await CheckAsync(app, "by-tag"), await CheckAsync(app, "by-result"), await CheckAsync(app, "by-nothing")]);
    }

    [Fact]
    public async Task Watch_follows_the_checks_as_they_are_published_and_ends_with_the_application()
    {
        var state = HealthStatus.Healthy;
        var app = await StartAsync(services =>
        {
            services.AddGrpcHealthChecks().AddCheck("one", () => new HealthCheckResult(state));
            services.Configure<HealthCheckPublisherOptions>(publisher =>
            {
                publisher.Delay = TimeSpan.Zero;
                publisher.Period = TimeSpan.FromSeconds(1);
            });
        });
        using var watch = new Health.HealthClient(app.Channel).Watch(new(), cancellationToken: Cancellation);
        Assert.Equal(ServingStatus.Serving, await NextAsync(watch));
        state = HealthStatus.Unhealthy;
        Assert.Equal(ServingStatus.NotServing, await NextAsync(watch));
        state = HealthStatus.Healthy;
        Assert.Equal(ServingStatus.Serving, await NextAsync(watch));

        var stopped = app.StopAsync(Cancellation);
        Assert.Equal(ServingStatus.NotServing, await NextAsync(watch));
        Assert.False(await watch.ResponseStream.MoveNext(Cancellation));
        await stopped;
        await app.DisposeAsync();
    }

    private static Task<GrpcApplication> StartAsync(Action<IServiceCollection> addServices) => GrpcApplication.StartAsync(
        services =>
        {
            services.AddGrpcHealthChecks();
            addServices(services);
        },
        app => app.MapGrpcHealthChecksService(),
        Cancellation);

    /// <returns>The status, or the code of the failure.</returns>
    private static async Task<string> CheckAsync(GrpcApplication app, string service)
    {
        try
        {
            var response = await new Health.HealthClient(app.Channel).CheckAsync(new() { Service = service }, cancellationToken: Cancellation);
            return response.Status.ToString();
        }
        catch (RpcException failure)
        {
            return failure.StatusCode.ToString();
        }
    }

    private static async Task<ServingStatus> NextAsync(AsyncServerStreamingCall<HealthCheckResponse> watch)
    {
        Assert.True(await watch.ResponseStream.MoveNext(Cancellation), "the watch ended");
        return watch.ResponseStream.Current.Status;
    }
}

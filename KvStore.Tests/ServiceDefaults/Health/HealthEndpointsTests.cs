using System.Net;
using Microsoft.AspNetCore.Builder;
using Microsoft.AspNetCore.Hosting;
using Microsoft.Extensions.DependencyInjection;
using Microsoft.Extensions.Diagnostics.HealthChecks;
using Microsoft.Extensions.Hosting;
using Microsoft.Extensions.Logging;
using Xunit;

namespace KvStore.Tests.ServiceDefaults.Health;

public sealed class HealthEndpointsTests
{
    private static CancellationToken Cancellation => TestContext.Current.CancellationToken;

    [Fact]
    public async Task A_process_without_checks_of_its_own_is_alive_and_healthy()
    {
        await using var app = await StartAsync(_ => { });

        Assert.Equal((HttpStatusCode.OK, "Healthy"), await GetAsync(app, "/alive"));
        Assert.Equal((HttpStatusCode.OK, "Healthy"), await GetAsync(app, "/health"));
    }

    [Fact]
    public async Task A_failing_check_makes_a_process_unhealthy_and_leaves_it_alive()
    {
        await using var app = await StartAsync(checks => checks
            .AddCheck("store", () => HealthCheckResult.Unhealthy("the disk is full"))
            .AddCheck("peers", () => HealthCheckResult.Degraded("2 of 4 reachable"))
            .AddCheck("lanes", () => HealthCheckResult.Healthy()));

        Assert.Equal((HttpStatusCode.OK, "Healthy"), await GetAsync(app, "/alive"));
        Assert.Equal(
            (HttpStatusCode.ServiceUnavailable, "Unhealthy\nstore: Unhealthy the disk is full\npeers: Degraded 2 of 4 reachable"),
            await GetAsync(app, "/health"));
    }

    [Fact]
    public async Task A_failing_live_check_makes_a_process_not_alive()
    {
        await using var app = await StartAsync(checks => checks.AddCheck("loop", () => HealthCheckResult.Unhealthy(), ["live"]));

        Assert.Equal((HttpStatusCode.ServiceUnavailable, "Unhealthy\nloop: Unhealthy"), await GetAsync(app, "/alive"));
    }

    [Fact]
    public async Task A_degraded_process_still_serves()
    {
        await using var app = await StartAsync(checks => checks.AddCheck("peers", () => HealthCheckResult.Degraded("1 of 4 reachable")));

        Assert.Equal((HttpStatusCode.OK, "Degraded\npeers: Degraded 1 of 4 reachable"), await GetAsync(app, "/health"));
    }

    private static async Task<WebApplication> StartAsync(Action<IHealthChecksBuilder> addChecks)
    {
        var builder = WebApplication.CreateSlimBuilder();
        builder.Logging.ClearProviders();
        builder.WebHost.UseKestrel(kestrel => kestrel.Listen(IPAddress.Loopback, 0));
        builder.AddServiceDefaults();
        addChecks(builder.Services.AddHealthChecks());
        var app = builder.Build();
        app.MapDefaultEndpoints();
        await app.StartAsync(Cancellation);
        return app;
    }

    private static async Task<(HttpStatusCode Status, string Body)> GetAsync(WebApplication app, string path)
    {
        using var client = new HttpClient();
        using var response = await client.GetAsync(app.Urls.Single() + path, Cancellation);
        return (response.StatusCode, await response.Content.ReadAsStringAsync(Cancellation));
    }
}

using System.Net;
using Microsoft.AspNetCore.Builder;
using Microsoft.AspNetCore.Hosting;
using Microsoft.AspNetCore.Http;
using Microsoft.Extensions.Configuration;
using Microsoft.Extensions.DependencyInjection;
using Microsoft.Extensions.Hosting;
using Microsoft.Extensions.Logging;
using Xunit;

namespace KvStore.Tests.ServiceDefaults;

public sealed class ServiceDefaultsTests
{
    private static CancellationToken Cancellation => TestContext.Current.CancellationToken;

    [Fact]
    public async Task A_client_finds_a_service_by_name_and_tries_its_next_address_when_one_is_overloaded()
    {
        await using var overloaded = await StartAsync(HttpStatusCode.ServiceUnavailable);
        await using var ready = await StartAsync(HttpStatusCode.OK);
        var builder = Host.CreateEmptyApplicationBuilder(null);
        builder.Configuration.AddInMemoryCollection(
        [
            new("services:store:http:0", overloaded.Urls.Single()),
            new("services:store:http:1", ready.Urls.Single()),
        ]);
        builder.AddServiceDefaults();
        using var host = builder.Build();
        var client = host.Services.GetRequiredService<IHttpClientFactory>().CreateClient();

        using var read = await client.GetAsync("http://store/", Cancellation);
        using var change = await client.PutAsync("http://store/", null, Cancellation);

        Assert.Equal((HttpStatusCode.OK, HttpStatusCode.ServiceUnavailable), (read.StatusCode, change.StatusCode));
        Assert.Equal(new Uri("http://store/"), read.RequestMessage!.RequestUri);
    }

    private static async Task<WebApplication> StartAsync(HttpStatusCode status)
    {
        var builder = WebApplication.CreateSlimBuilder();
        builder.Logging.ClearProviders();
        builder.WebHost.UseKestrel(kestrel => kestrel.Listen(IPAddress.Loopback, 0));
        var app = builder.Build();
        app.MapFallback(() => Results.StatusCode((int)status));
        await app.StartAsync(Cancellation);
        return app;
    }
}

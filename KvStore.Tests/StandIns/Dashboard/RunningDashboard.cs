using System.Net;
using Aspire.Dashboard;
using Aspire.Dashboard.Telemetry;
using Microsoft.AspNetCore.Builder;
using Microsoft.AspNetCore.Hosting.Server;
using Microsoft.AspNetCore.Hosting.Server.Features;
using Microsoft.Extensions.Configuration;
using Microsoft.Extensions.DependencyInjection;
using Microsoft.Extensions.Logging;

namespace KvStore.Tests.StandIns.Dashboard;

/// <summary>A dashboard within the test, on free ports.</summary>
internal sealed class RunningDashboard : IAsyncDisposable
{
    public const string Token = "the-token";
    public const string Key = "the-key";

    private readonly WebApplication _app;
    private readonly CookieContainer _cookies = new();

    private RunningDashboard(WebApplication app)
    {
        _app = app;
        Uri[] addresses = [.. app.Services.GetRequiredService<IServer>().Features.Get<IServerAddressesFeature>()!.Addresses.Select(address => new Uri(address))];
        (Frontend, OtlpGrpc, OtlpHttp) = (addresses[0], addresses[1], addresses[2]);
        Browser = new HttpClient(new HttpClientHandler { AllowAutoRedirect = false, CookieContainer = _cookies }) { BaseAddress = Frontend };
        Exporter = new HttpClient { BaseAddress = OtlpHttp };
        Exporter.DefaultRequestHeaders.Add("x-otlp-api-key", Key);
    }

    public Uri Frontend { get; }

    public Uri OtlpGrpc { get; }

    public Uri OtlpHttp { get; }

    /// <summary>Keeps cookies and follows nothing.</summary>
    public HttpClient Browser { get; }

    /// <summary>Knows the key.</summary>
    public HttpClient Exporter { get; }

    public TelemetryStore Store => _app.Services.GetRequiredService<TelemetryStore>();

    public static async Task<RunningDashboard> StartAsync(CancellationToken cancellationToken, TelemetryLimits? limits = null, Uri? resourceService = null, string? journal = null)
    {
        WebApplicationBuilder builder = WebApplication.CreateBuilder(new WebApplicationOptions
        {
            ApplicationName = typeof(DashboardApplication).Assembly.GetName().Name,
            ContentRootPath = AppContext.BaseDirectory,
        });
        DashboardOptions options = DashboardOptions.Read(new ConfigurationBuilder().AddInMemoryCollection(new Dictionary<string, string?>
        {
            ["ASPNETCORE_URLS"] = "http://127.0.0.1:0",
            ["ASPIRE_DASHBOARD_OTLP_ENDPOINT_URL"] = "http://127.0.0.1:0",
            ["ASPIRE_DASHBOARD_OTLP_HTTP_ENDPOINT_URL"] = "http://127.0.0.1:0",
            ["Dashboard:Frontend:BrowserToken"] = Token,
            ["Dashboard:Otlp:PrimaryApiKey"] = Key,
            ["Dashboard:ApplicationName"] = "Tests",
            ["ASPIRE_RESOURCE_SERVICE_ENDPOINT_URL"] = resourceService?.ToString(),
            ["Dashboard:TelemetryStore:Directory"] = journal,
            ["Dashboard:TelemetryStore:MaxMebibytes"] = "1",
        }).Build());
        builder.Logging.ClearProviders();
        WebApplication app = DashboardApplication.Build(builder, options with { Limits = limits ?? new TelemetryLimits() });
        await app.StartAsync(cancellationToken);
        return new RunningDashboard(app);
    }

    public Task<HttpResponseMessage> LogInAsync(CancellationToken cancellationToken) => Browser.GetAsync($"/login?t={Token}", cancellationToken);

    public async ValueTask DisposeAsync()
    {
        Browser.Dispose();
        Exporter.Dispose();
        await _app.DisposeAsync();
    }
}

using Aspire.Dashboard.Alerting;
using Aspire.Dashboard.Api;
using Aspire.Dashboard.Components;
using Aspire.Dashboard.Display;
using Aspire.Dashboard.Otlp;
using Aspire.Dashboard.Replay;
using Aspire.Dashboard.Resources;
using Aspire.Dashboard.Security;
using Aspire.Dashboard.Telemetry;

namespace Aspire.Dashboard;

/// <summary>
/// Puts a dashboard together: receivers, what is kept, pages. Several may run in one process.
///
/// <code>
/// exporters ──OTLP──► Otlp/ ──► Telemetry/ ──► Components/ ──► browsers
/// AppHost ───feed──► Resources/ ────────────────┤    └──► Api/ (OTLP as JSON)
///                                   Alerting/ ──┘
/// </code>
/// </summary>
internal static class DashboardApplication
{
    public static WebApplication Build(WebApplicationBuilder builder, DashboardOptions options)
    {
        builder.Configuration["AllowedHosts"] = "localhost;127.0.0.1;[::1]";
        builder.Logging.SetMinimumLevel(LogLevel.Warning);
        // Keys that are made anew at each start are what is wanted.
        builder.Logging.AddFilter("Microsoft.AspNetCore.DataProtection", LogLevel.Error);
        // Addresses are given in code; that the environment says the same is no news.
        builder.Logging.AddFilter("Microsoft.AspNetCore.Server.Kestrel", LogLevel.Error);

        // Style sheets and scripts are found beside the program as it was built, in every environment and without publishing.
        builder.WebHost.UseStaticWebAssets();
        builder.WebHost.ConfigureKestrel(kestrel =>
        {
            kestrel.Limits.MaxRequestBodySize = OtlpHttpEndpoints.BodyBytesMax;
            Doors.Listen(kestrel, options);
        });
        AddServices(builder.Services, options);

        var app = builder.Build();
        app.UseDoors();
        app.UseContentRules();
        app.UseWhen(IsForPage, pages => pages.UseStatusCodePagesWithReExecute("/not-found", createScopeForStatusCodePages: true));
        app.UseAuthentication();
        app.UseBearers();
        app.UseAuthorization();
        app.UseAntiforgery();
        app.MapStaticAssets().AllowAnonymous();
        app.MapGet("/health", () => "Healthy").AllowAnonymous();
        app.MapLogin();
        app.MapGrpcService<OtlpTraceGrpcService>().AllowAnonymous();
        app.MapGrpcService<OtlpLogsGrpcService>().AllowAnonymous();
        app.MapGrpcService<OtlpMetricsGrpcService>().AllowAnonymous();
        app.MapOtlpHttp();
        app.MapTelemetryApi();
        app.MapConsole();
        app.MapImport();
        app.MapAlerts();
        // Who may frame a page is said with all other rules of its content.
        app.MapRazorComponents<App>().AddInteractiveServerRenderMode(server => server.ContentSecurityFrameAncestorsPolicy = null);
        return app;
    }

    /// <summary>Programs are told by the status alone.</summary>
    private static bool IsForPage(HttpContext context) =>
        HttpMethods.IsGet(context.Request.Method)
        && !context.Request.Path.StartsWithSegments("/api")
        && !context.Request.Path.StartsWithSegments("/_blazor");

    private static void AddServices(IServiceCollection services, DashboardOptions options)
    {
        services.AddSingleton(options);
        services.AddSingleton(options.Limits);
        services.AddSingleton(TimeProvider.System);
        services.AddSingleton<TelemetryStore>();
        services.AddScoped<ReplaySession>();
        services.AddSingleton<UnreadErrors>();
        services.AddSingleton(new OtlpKey(options.OtlpKey));
        services.AddSingleton<TraceIntake>();
        services.AddSingleton<LogIntake>();
        services.AddSingleton<MetricIntake>();
        services.AddSingleton<OtlpImport>();
        if (options.JournalDirectory is { } directory)
        {
            services.AddSingleton(provider => new TelemetryJournal(directory, options.JournalBytesMax));
            services.AddHostedService<JournalReplay>();
        }

        services.AddSingleton<ResourceBoard>();
        services.AddSingleton<AppHostLink>();
        services.AddHostedService(provider => provider.GetRequiredService<AppHostLink>());
        services.AddSingleton(_ => new AlertRuleStore(options.JournalDirectory));
        services.AddSingleton<AlertBoard>();
        services.AddHostedService<AlertLoop>();
        services.AddHostedService<LoginAnnouncement>();
        services.AddGrpc(grpc => grpc.MaxReceiveMessageSize = OtlpHttpEndpoints.BodyBytesMax);
        services.AddBrowserLogin(options);
        services.AddRazorComponents().AddInteractiveServerComponents();
    }
}

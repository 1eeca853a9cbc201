using KvStore.ServiceDefaults.Discovery;
using KvStore.ServiceDefaults.Health;
using KvStore.ServiceDefaults.Resilience;
using KvStore.ServiceDefaults.Telemetry;
using Microsoft.AspNetCore.Builder;
using Microsoft.Extensions.DependencyInjection;
using Microsoft.Extensions.DependencyInjection.Extensions;

namespace Microsoft.Extensions.Hosting;

/// <summary>
/// The one call every KvStore process makes, so that each can be observed, probed and found in the same way whoever starts
/// it: the AppHost, a test, Kubernetes or a person at a shell.
/// </summary>
/// <remarks>
/// <para>
/// Everything is told through configuration, that is, the environment: where telemetry goes (OTEL_…), where other services
/// are (services__…), how many traces may begin (KvStore:TracesPerSecondMax). With none of it set a process starts and
/// serves, exports nothing and passes host names to DNS.
/// </para>
/// <para>An HTTP request of a client goes through resilience first and discovery second: each attempt may meet another address.</para>
/// </remarks>
public static class ServiceDefaultsExtensions
{
    /// <summary>Adds telemetry, health checks, service discovery and resilience for HTTP clients.</summary>
    /// <exception cref="Options.OptionsValidationException">A setting is not one of the values allowed; the message names both.</exception>
    public static TBuilder AddServiceDefaults<TBuilder>(this TBuilder builder)
        where TBuilder : IHostApplicationBuilder
    {
        builder.Services.TryAddSingleton(TimeProvider.System);
        builder.AddTelemetry();
        builder.Services.AddLiveness();
        var endpoints = ServiceEndpoints.Read(builder.Configuration);
        builder.Services.AddSingleton(endpoints);
        builder.Services.AddSingleton(services => HttpResilience.CreatePipeline(services.GetRequiredService<TimeProvider>()));
        builder.Services.AddTransient<ResilienceHandler>();
        builder.Services.AddTransient<ServiceDiscoveryHandler>();
        builder.Services.ConfigureHttpClientDefaults(client =>
        {
            client.AddHttpMessageHandler<ResilienceHandler>();
            client.AddHttpMessageHandler<ServiceDiscoveryHandler>();
        });
        return builder;
    }

    /// <summary>Maps <c>/health</c>, which is 200 when every check passes, and <c>/alive</c>, which asks only those tagged "live".</summary>
    public static WebApplication MapDefaultEndpoints(this WebApplication app)
    {
        app.MapHealthEndpoints();
        return app;
    }
}

using Microsoft.Extensions.Configuration;
using Microsoft.Extensions.DependencyInjection;
using Microsoft.Extensions.Diagnostics.HealthChecks;
using Microsoft.Extensions.Hosting;
using OpenTelemetry.Metrics;
using OpenTelemetry.Trace;

namespace KvStore.Client.Hosting;

/// <summary>
/// Registers a client with an application: settings from configuration, the services, a health check, telemetry. Telemetry is
/// only offered: an application that records none pays for none.
/// </summary>
internal static class ClientRegistration
{
    public const string SectionName = "KvStore:Client";
    private const string HealthCheckName = "KvStore.Client";

    public static void Add(
        IHostApplicationBuilder builder,
        string connectionName,
        string? serviceKey,
        Action<KvStoreClientSettings>? configureSettings,
        Action<KvClientOptions>? configureOptions)
    {
        KvStoreClientSettings settings = Read(builder.Configuration, connectionName);
        configureSettings?.Invoke(settings);
        if (serviceKey is null)
        {
            builder.Services.AddSingleton(_ => Make(settings, connectionName, configureOptions));
            builder.Services.AddSingleton(static services => services.GetRequiredService<KvClient>().Cluster);
        }
        else
        {
            builder.Services.AddKeyedSingleton(serviceKey, (_, _) => Make(settings, connectionName, configureOptions));
            builder.Services.AddKeyedSingleton(serviceKey, static (services, key) => services.GetRequiredKeyedService<KvClient>(key).Cluster);
        }

        if (!settings.DisableTracing)
        {
            builder.Services.ConfigureOpenTelemetryTracerProvider(static tracing => tracing.AddSource(KvClientTelemetry.ActivitySourceName));
        }

        if (!settings.DisableMetrics)
        {
            builder.Services.ConfigureOpenTelemetryMeterProvider(static metrics => metrics.AddMeter(KvClientTelemetry.MeterName));
        }

        if (!settings.DisableHealthChecks)
        {
            AddHealthCheck(builder, serviceKey);
        }
    }

    private static KvStoreClientSettings Read(IConfiguration configuration, string connectionName)
    {
        KvStoreClientSettings settings = new();
        IConfigurationSection section = configuration.GetSection(SectionName);
        section.Bind(settings);
        section.GetSection(connectionName).Bind(settings);
        if (configuration.GetConnectionString(connectionName) is { Length: > 0 } connectionString)
        {
            settings.ConnectionString = connectionString;
        }

        return settings;
    }

    private static KvClient Make(KvStoreClientSettings settings, string connectionName, Action<KvClientOptions>? configureOptions)
    {
        KvClientOptions options = new()
        {
            Endpoints = ConnectionText.Endpoints(settings.ConnectionString, connectionName),
            Consistency = settings.DefaultConsistency,
            RequestTimeout = settings.RequestTimeout,
            ConnectTimeout = settings.ConnectTimeout,
            Namespace = connectionName,
        };
        configureOptions?.Invoke(options);
        try
        {
            return new KvClient(options);
        }
        catch (ArgumentException problem)
        {
            throw new InvalidOperationException($"The KvStore client '{connectionName}' cannot be made: {problem.Message}", problem);
        }
    }

    /// <summary>Once, however often a client of this key is added: two checks of one name would fail every report.</summary>
    private static void AddHealthCheck(IHostApplicationBuilder builder, string? serviceKey)
    {
        string name = serviceKey is null ? HealthCheckName : $"{HealthCheckName}_{serviceKey}";
        if (builder.Properties.TryAdd($"KvStore.HealthChecks.{name}", value: true))
        {
            builder.Services.AddHealthChecks().Add(new HealthCheckRegistration(
                name,
                services => new KvClientHealthCheck(() => serviceKey is null
                    ? services.GetRequiredService<KvClient>()
                    : services.GetRequiredKeyedService<KvClient>(serviceKey)),
                failureStatus: null,
                tags: null));
        }
    }
}

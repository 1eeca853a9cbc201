using Microsoft.AspNetCore.Hosting;
using Microsoft.Extensions.Configuration;
using Microsoft.Extensions.Configuration.Memory;
using Microsoft.Extensions.DependencyInjection;
using Microsoft.Extensions.Hosting;
using Microsoft.Extensions.Logging;
using OpenTelemetry;
using OpenTelemetry.Metrics;
using OpenTelemetry.Resources;
using OpenTelemetry.Trace;

namespace KvStore.ServiceDefaults.Telemetry;

/// <summary>What every process records: logs, metrics, traces; exported over OTLP when OTEL_EXPORTER_OTLP_ENDPOINT says where.</summary>
/// <remarks>
/// <para>
/// The protocol, headers, intervals and the process's name and instance come from the OTEL_… variables, which the SDK reads
/// itself. OTEL_TRACES_SAMPLER alone is not followed: Aspire sets it to always_on in Development, and at the load of
/// development the default limit of <see cref="TraceBudget"/> records everything too, while a benchmark under an AppHost
/// would drown. KvStore:TracesPerSecondMax=-1 is how to say always.
/// </para>
/// <para>The source Grpc.Net.Client is left out: its calls here are the members' peer streams, which last for hours.</para>
/// </remarks>
internal static class TelemetryDefaults
{
    private const string EndpointKey = "OTEL_EXPORTER_OTLP_ENDPOINT";

    // On by default in ASP.NET Core 10, and then a span has no path by which the sampler could tell a probe.
    private const string SuppressRequestTags = "Microsoft.AspNetCore.Hosting.SuppressActivityOpenTelemetryData";

    // What a second's traces at twice the default limit are, 15 spans each: the SDK's own 2,048 lose most of a burst while one
    // export is slow, and its 512 in a message cost four times as many requests.
    private static readonly Dictionary<string, string?> BatchDefaults = new()
    {
        ["OTEL_BSP_MAX_QUEUE_SIZE"] = "16384",
        ["OTEL_BSP_MAX_EXPORT_BATCH_SIZE"] = "2048",
    };

    private static readonly string[] Meters =
        ["KvStore.*", "Microsoft.AspNetCore.Hosting", "Microsoft.AspNetCore.Server.Kestrel", "System.Net.Http", "System.Runtime"];

    private static readonly string[] Sources = ["KvStore.*", "Microsoft.AspNetCore", "System.Net.Http"];

    internal static void AddTelemetry(this IHostApplicationBuilder builder)
    {
        if (!AppContext.TryGetSwitch(SuppressRequestTags, out _))
        {
            AppContext.SetSwitch(SuppressRequestTags, false);
        }

        var configuration = builder.Configuration;
        // Read now only to refuse a bad value before anything starts; made later, with the host's clock.
        _ = TraceBudget.Read(configuration, TimeProvider.System);
        builder.Services.AddSingleton(services => TraceBudget.Read(configuration, services.GetRequiredService<TimeProvider>()));
        builder.Services.AddSingleton<IStartupFilter, RequestSpans>();
        builder.Logging.AddOpenTelemetry(logging =>
        {
            logging.IncludeFormattedMessage = true;
            logging.IncludeScopes = true;
        });
        var telemetry = builder.Services.AddOpenTelemetry()
            .ConfigureResource(resource => NameUnlessNamed(resource, builder))
            .WithMetrics(metrics => metrics.AddMeter(Meters))
            .WithTracing(tracing => tracing
                .AddSource(Sources)
                .SetSampler(services => new BudgetSampler(services.GetRequiredService<TraceBudget>())));
        if (!string.IsNullOrWhiteSpace(configuration[EndpointKey]))
        {
            // Below all other sources: whatever the environment says is what counts.
            ((IConfigurationBuilder)configuration).Sources.Insert(0, new MemoryConfigurationSource { InitialData = BatchDefaults });
            telemetry.UseOtlpExporter();
        }
    }

    // Without this a process started by hand would call itself unknown_service.
    private static void NameUnlessNamed(ResourceBuilder resource, IHostApplicationBuilder builder)
    {
        var attributes = builder.Configuration["OTEL_RESOURCE_ATTRIBUTES"] ?? "";
        if (string.IsNullOrWhiteSpace(builder.Configuration["OTEL_SERVICE_NAME"])
            && !attributes.Contains("service.name=", StringComparison.Ordinal))
        {
            resource.AddService(builder.Environment.ApplicationName, autoGenerateServiceInstanceId: false);
        }
    }
}

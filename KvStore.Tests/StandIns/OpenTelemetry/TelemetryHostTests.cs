using System.Diagnostics;
using System.Diagnostics.Metrics;
using Microsoft.Extensions.DependencyInjection;
using Microsoft.Extensions.Hosting;
using Microsoft.Extensions.Logging;
using OpenTelemetry;
using OpenTelemetry.Logs;
using OpenTelemetry.Metrics;
using OpenTelemetry.Resources;
using OpenTelemetry.Trace;
using Xunit;

namespace KvStore.Tests.StandIns.OpenTelemetry;

public sealed class TelemetryHostTests
{
    private static CancellationToken Cancellation => TestContext.Current.CancellationToken;

    [Fact]
    public async Task A_span_a_metric_and_a_log_reach_their_exporters_when_the_host_ends()
    {
        using var source = new ActivitySource(nameof(TelemetryHostTests));
        using var meter = new Meter(nameof(TelemetryHostTests));
        var counter = meter.CreateCounter<long>("counter");
        var exported = new List<string>();
        var builder = Host.CreateEmptyApplicationBuilder(null);
        builder.Logging.AddFilter("Microsoft", LogLevel.None);
        builder.Services.AddOpenTelemetry()
            .ConfigureResource(resource => resource.AddService("telemetry-test"))
            .WithTracing(tracing => tracing
                .AddSource(source.Name)
                .AddProcessor(new BatchActivityExportProcessor(new Recording<Activity>(exported, span => span.DisplayName))))
            .WithMetrics(metrics => metrics
                .AddMeter(meter.Name)
                .AddReader(new PeriodicExportingMetricReader(new Recording<Metric>(exported, metric => metric.Name))))
            .WithLogging(logging => logging
                .AddProcessor(new BatchLogRecordExportProcessor(new Recording<LogRecord>(exported, log => log.Body ?? ""))));

        using (var host = builder.Build())
        {
            await host.StartAsync(Cancellation);
            source.StartActivity("span")!.Dispose();
            counter.Add(1);
            host.Services.GetRequiredService<ILogger<TelemetryHostTests>>().LogInformation("log");
            await host.StopAsync(Cancellation);
        }

        Assert.Equal(["telemetry-test counter", "telemetry-test log", "telemetry-test span"], exported.Order(StringComparer.Ordinal));
    }

    [Fact]
    public async Task Telemetry_begins_before_services_added_earlier_start()
    {
        using var source = new ActivitySource(nameof(Telemetry_begins_before_services_added_earlier_start));
        var builder = Host.CreateEmptyApplicationBuilder(null);
        var early = new EarlyService(source);
        builder.Services.AddHostedService(_ => early);
        builder.Services.AddOpenTelemetry().WithTracing(tracing => tracing.AddSource(source.Name));

        using var host = builder.Build();
        await host.StartAsync(Cancellation);
        await host.StopAsync(Cancellation);

        Assert.True(early.Observed);
    }

    [Fact]
    public void Repeated_calls_begin_telemetry_once()
    {
        var services = new ServiceCollection();

        services.AddOpenTelemetry();
        services.AddOpenTelemetry();

        Assert.Single(services, service => service.ServiceType == typeof(IHostedService));
    }

    [Fact]
    public void Nothing_is_collected_until_asked_for()
    {
        var services = new ServiceCollection();
        services.AddOpenTelemetry();

        using var provider = services.BuildServiceProvider();

        Assert.Null(provider.GetService<TracerProvider>());
        Assert.Null(provider.GetService<MeterProvider>());
        Assert.Null(provider.GetService<LoggerProvider>());
    }

    private sealed class EarlyService(ActivitySource source) : IHostedService
    {
        public bool Observed { get; private set; }

        public Task StartAsync(CancellationToken cancellationToken)
        {
            Observed = source.HasListeners();
            return Task.CompletedTask;
        }

        public Task StopAsync(CancellationToken cancellationToken) => Task.CompletedTask;
    }

    /// <summary>Keeps what is exported as "service name", in the order of export.</summary>
    private sealed class Recording<T>(List<string> exported, Func<T, string> describe) : BaseExporter<T>
        where T : class
    {
        public override ExportResult Export(in Batch<T> batch)
        {
            var service = ParentProvider.GetResource().Attributes.Single(attribute => attribute.Key == "service.name").Value;
            foreach (var item in batch)
            {
                lock (exported)
                {
                    exported.Add($"{service} {describe(item)}");
                }
            }

            return ExportResult.Success;
        }
    }
}

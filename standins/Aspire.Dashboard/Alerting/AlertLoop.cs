using Aspire.Dashboard.Resources;
using Aspire.Dashboard.Telemetry;

namespace Aspire.Dashboard.Alerting;

/// <summary>Has the rules tried every few seconds.</summary>
internal sealed class AlertLoop(AlertBoard board, TelemetryStore store, ResourceBoard resources, TimeProvider time) : BackgroundService
{
    public static readonly TimeSpan Interval = TimeSpan.FromSeconds(2);

    protected override async Task ExecuteAsync(CancellationToken stoppingToken)
    {
        using var timer = new PeriodicTimer(Interval, time);
        do
        {
            var now = UnixNanos.Of(time.GetUtcNow());
            board.Try(rule => rule.IsOn ? AlertReadings.Of(rule, store, resources.All, now) : [], now);
        }
        while (await timer.WaitForNextTickAsync(stoppingToken));
    }
}

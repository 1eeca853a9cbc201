using Aspire.Dashboard.Otlp.Wire;
using Aspire.Dashboard.Display;
using Aspire.Dashboard.Telemetry;
using Google.Protobuf;

namespace Aspire.Dashboard.Otlp;

/// <summary>Takes once more what the journal kept, before anything new comes in. What was an error then is no news now.</summary>
internal sealed class JournalReplay(
    TelemetryJournal journal, TraceIntake traces, LogIntake logs, MetricIntake metrics, UnreadErrors unread, ILogger<JournalReplay> logger) : IHostedService
{
    public Task StartAsync(CancellationToken cancellationToken)
    {
        try
        {
            foreach (var (signal, message) in journal.Read())
            {
                cancellationToken.ThrowIfCancellationRequested();
                Take(signal, message);
            }
        }
        catch (Exception e) when (e is IOException or UnauthorizedAccessException)
        {
            logger.LogWarning("Telemetry of before cannot be read: {Reason}", e.Message);
        }

        unread.Seen(null);
        journal.Begin();
        return Task.CompletedTask;
    }

    public Task StopAsync(CancellationToken cancellationToken) => Task.CompletedTask;

    private void Take(TelemetrySignal signal, byte[] message)
    {
        try
        {
            _ = signal switch
            {
                TelemetrySignal.Traces => traces.Take(ExportTraceServiceRequest.Parser.ParseFrom(message)),
                TelemetrySignal.Logs => logs.Take(ExportLogsServiceRequest.Parser.ParseFrom(message)),
                _ => metrics.Take(ExportMetricsServiceRequest.Parser.ParseFrom(message)),
            };
        }
        catch (InvalidProtocolBufferException e)
        {
            logger.LogWarning("A message of before is none any more: {Reason}", e.Message);
        }
    }
}

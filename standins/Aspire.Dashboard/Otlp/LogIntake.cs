using Aspire.Dashboard.Otlp.Wire;
using Aspire.Dashboard.Telemetry;
using Google.Protobuf;
using LogRecord = Aspire.Dashboard.Telemetry.LogRecord;
using WireLog = Aspire.Dashboard.Otlp.Wire.LogRecord;

namespace Aspire.Dashboard.Otlp;

/// <summary>Logs of a request into the store.</summary>
internal sealed class LogIntake(TelemetryStore store, TimeProvider time, TelemetryJournal? journal = null)
{
    private const int SeveritiesALevel = 4;

    private readonly FieldReader _fields = new(store.Limits);

    public IntakeResult Take(ExportLogsServiceRequest request)
    {
        List<Func<long, LogRecord>> logs = [];
        var now = UnixNanos.Of(time.GetUtcNow());
        foreach (var group in request.ResourceLogs)
        {
            var resource = store.Resources.Find(_fields.Read((group.Resource ?? new Resource()).Attributes));
            foreach (var scope in group.ScopeLogs)
            {
                var category = _fields.Cut(scope.Scope?.Name ?? "");
                logs.AddRange(scope.LogRecords.Select(log => Read(log, resource, category, now)));
            }
        }

        store.Logs.Add(logs);
        journal?.Keep(TelemetrySignal.Logs, request.ToByteArray());
        return new IntakeResult(0, "");
    }

    /// <summary>By its number; without one by the first letters of its text.</summary>
    internal static LogLevel LevelOf(int severity, string text) => severity switch
    {
        > 0 => (LogLevel)Math.Min((severity - 1) / SeveritiesALevel, (int)LogLevel.Critical),
        _ => text.ToUpperInvariant() switch
        {
            ['T', 'R', ..] => LogLevel.Trace,
            ['D', 'E', 'B', ..] => LogLevel.Debug,
            ['W', ..] => LogLevel.Warning,
            ['E', 'R', ..] => LogLevel.Error,
            ['F', ..] or ['C', 'R', ..] => LogLevel.Critical,
            _ => LogLevel.Information,
        },
    };

    private Func<long, LogRecord> Read(WireLog log, TelemetryResource resource, string category, long now)
    {
        _ = WireIds.TryTrace(log.TraceId, out var traceId);
        _ = WireIds.TrySpan(log.SpanId, out var spanId);
        var at = log.TimeUnixNano != 0 ? UnixNanos.Read(log.TimeUnixNano) : log.ObservedTimeUnixNano != 0 ? UnixNanos.Read(log.ObservedTimeUnixNano) : now;
        var attributes = _fields.Read(log.Attributes);
        var record = new LogRecord
        {
            Number = 0,
            Resource = resource,
            Time = at,
            Level = LevelOf(log.SeverityNumber, log.SeverityText),
            Severity = Math.Clamp(log.SeverityNumber, 0, 24),
            Message = _fields.Text(log.Body),
            Category = category,
            TraceId = traceId,
            SpanId = spanId,
            EventName = _fields.Cut(log.EventName),
            Attributes = attributes,
        };
        return number => record with { Number = number };
    }
}

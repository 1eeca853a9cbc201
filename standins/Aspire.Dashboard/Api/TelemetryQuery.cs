using Aspire.Dashboard.Telemetry;

namespace Aspire.Dashboard.Api;

/// <summary>What a program wants to have; null is anything.</summary>
/// <param name="Limit">Of traces, spans or logs, the newest.</param>
internal sealed record TelemetryQuery(string? Resource, string? TraceId, int Limit)
{
    public bool Wants(SpanRecord span) => Wants(span.Resource, span.TraceId);

    public bool Wants(LogRecord log) => Wants(log.Resource, log.TraceId);

    private bool Wants(TelemetryResource resource, string traceId) =>
        (Resource is null || resource.IsNamed(Resource)) && (TraceId is null || string.Equals(TraceId, traceId, StringComparison.OrdinalIgnoreCase));
}

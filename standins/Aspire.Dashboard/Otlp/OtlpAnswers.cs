using Aspire.Dashboard.Otlp.Wire;

namespace Aspire.Dashboard.Otlp;

/// <summary>What the sender is told: nothing if all was taken, else how much was not and why.</summary>
internal static class OtlpAnswers
{
    public static ExportTraceServiceResponse OfTrace(IntakeResult result) => result.Rejected == 0
        ? new()
        : new() { PartialSuccess = new ExportTracePartialSuccess { RejectedSpans = result.Rejected, ErrorMessage = result.Why } };

    public static ExportLogsServiceResponse OfLogs(IntakeResult result) => result.Rejected == 0
        ? new()
        : new() { PartialSuccess = new ExportLogsPartialSuccess { RejectedLogRecords = result.Rejected, ErrorMessage = result.Why } };

    public static ExportMetricsServiceResponse OfMetrics(IntakeResult result) => result.Rejected == 0
        ? new()
        : new() { PartialSuccess = new ExportMetricsPartialSuccess { RejectedDataPoints = result.Rejected, ErrorMessage = result.Why } };
}

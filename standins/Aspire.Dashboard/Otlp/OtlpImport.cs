using System.Runtime.InteropServices;
using System.Text.Json;
using Aspire.Dashboard.Otlp.Wire;

namespace Aspire.Dashboard.Otlp;

/// <summary>Takes files of OTLP JSON, such as those that the pages and <c>/api/telemetry</c> give: one message, or one a line.</summary>
internal sealed class OtlpImport(TraceIntake traces, LogIntake logs, MetricIntake metrics)
{
    /// <summary>Of all files of one import.</summary>
    public const int BytesMax = 64 * 1024 * 1024;

    private static readonly JsonReaderOptions Reading = new() { AllowMultipleValues = true };

    /// <summary>What became of the last one; null before there was one.</summary>
    public ImportOutcome? Last { get; private set; }

    /// <summary>Everything before what is wrong is taken.</summary>
    public ImportOutcome Take(string name, ReadOnlySpan<byte> json)
    {
        var taken = 0L;
        var rejected = 0L;
        var problem = "";
        try
        {
            Utf8JsonReader reader = new(json.TrimStart("\uFEFF"u8), Reading);
            while (reader.Read())
            {
                using var document = JsonDocument.ParseValue(ref reader);
                var (more, result) = Take(document.RootElement);
                taken += more;
                rejected += result.Rejected;
                problem = problem.Length == 0 ? result.Why : problem;
            }
        }
        catch (Exception e) when (e is FormatException or JsonException)
        {
            problem = e.Message;
        }

        if (taken + rejected == 0 && problem.Length == 0)
        {
            problem = "there is nothing in it";
        }

        return Last = new ImportOutcome(name, taken - rejected, problem);
    }

    private (long Taken, IntakeResult Result) Take(JsonElement root)
    {
        if (root.ValueKind != JsonValueKind.Object)
        {
            throw new FormatException("it is no object");
        }

        var json = JsonMarshal.GetRawUtf8Value(root);
        if (root.TryGetProperty("resourceSpans", out _))
        {
            var request = OtlpJsonReader.Read<ExportTraceServiceRequest>(json);
            return (request.ResourceSpans.Sum(one => one.ScopeSpans.Sum(scope => (long)scope.Spans.Count)), traces.Take(request));
        }

        if (root.TryGetProperty("resourceLogs", out _))
        {
            var request = OtlpJsonReader.Read<ExportLogsServiceRequest>(json);
            return (request.ResourceLogs.Sum(one => one.ScopeLogs.Sum(scope => (long)scope.LogRecords.Count)), logs.Take(request));
        }

        if (root.TryGetProperty("resourceMetrics", out _))
        {
            var request = OtlpJsonReader.Read<ExportMetricsServiceRequest>(json);
            return (request.ResourceMetrics.Sum(one => one.ScopeMetrics.Sum(scope => (long)scope.Metrics.Sum(PointsOf))), metrics.Take(request));
        }

        throw new FormatException("it has none of resourceSpans, resourceLogs, resourceMetrics");
    }

    /// <summary>What is refused counts as <see cref="MetricIntake"/> counts it.</summary>
    private static long PointsOf(Metric metric) => metric.DataCase switch
    {
        Metric.DataOneofCase.Gauge => metric.Gauge.DataPoints.Count,
        Metric.DataOneofCase.Sum => metric.Sum.DataPoints.Count,
        Metric.DataOneofCase.Histogram => metric.Histogram.DataPoints.Count,
        Metric.DataOneofCase.ExponentialHistogram => metric.ExponentialHistogram.DataPoints.Count,
        _ => Math.Max(1, metric.Summary?.DataPoints.Count ?? 0),
    };
}

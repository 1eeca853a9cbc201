using System.Collections.Immutable;
using System.Globalization;
using System.Text.Json;
using Aspire.Dashboard.Telemetry;

namespace Aspire.Dashboard.Api;

/// <summary>
/// Writes an instrument in OTLP's own JSON. Points are totals, whatever the sender sent; the buckets of an exponential histogram are
/// written with the bounds that they were given here.
/// </summary>
internal static class OtlpMetricJson
{
    private const int Cumulative = 2;

    /// <param name="limit">Of each series, its newest points.</param>
    public static void Write(Utf8JsonWriter json, Instrument instrument, ImmutableArray<SeriesView> all, int limit)
    {
        json.WriteStartObject();
        json.WriteString("name", instrument.Id.Name);
        json.WriteString("description", instrument.Description);
        json.WriteString("unit", instrument.Unit);
        json.WriteStartObject(instrument.Kind switch
        {
            InstrumentKind.Gauge => "gauge",
            InstrumentKind.Histogram => "histogram",
            _ => "sum",
        });
        if (instrument.Kind != InstrumentKind.Gauge)
        {
            json.WriteNumber("aggregationTemporality", Cumulative);
        }

        if (instrument.Kind is InstrumentKind.Counter or InstrumentKind.UpDownCounter)
        {
            json.WriteBoolean("isMonotonic", instrument.Kind == InstrumentKind.Counter);
        }

        json.WriteStartArray("dataPoints");
        foreach (var series in all)
        {
            foreach (var (index, point) in series.Points.Index().Skip(Math.Max(0, series.Points.Length - limit)))
            {
                WritePoint(json, instrument.Kind, series, point, isNewest: index == series.Points.Length - 1);
            }
        }

        json.WriteEndArray();
        json.WriteEndObject();
        json.WriteEndObject();
    }

    private static void WritePoint(Utf8JsonWriter json, InstrumentKind kind, SeriesView series, MetricPoint point, bool isNewest)
    {
        json.WriteStartObject();
        OtlpJson.WriteAttributes(json, series.Attributes);
        json.WriteString("timeUnixNano", OtlpJson.Text(point.Time));
        if (kind == InstrumentKind.Histogram)
        {
            json.WriteString("count", Text(point.Count));
            json.WritePropertyName("sum");
            WriteNumber(json, point.Value);
            json.WriteStartArray("bucketCounts");
            foreach (var count in point.Buckets)
            {
                json.WriteStringValue(Text(count));
            }

            json.WriteEndArray();
            json.WriteStartArray("explicitBounds");
            foreach (var bound in series.Bounds)
            {
                WriteNumber(json, bound);
            }

            json.WriteEndArray();
        }
        else
        {
            json.WritePropertyName("asDouble");
            WriteNumber(json, point.Value);
        }

        // They are kept by series and not by point.
        if (isNewest && series.Exemplars.Length > 0)
        {
            WriteExemplars(json, series.Exemplars);
        }

        json.WriteEndObject();
    }

    private static void WriteExemplars(Utf8JsonWriter json, ImmutableArray<MetricExemplar> exemplars)
    {
        json.WriteStartArray("exemplars");
        foreach (var exemplar in exemplars)
        {
            json.WriteStartObject();
            json.WriteString("timeUnixNano", OtlpJson.Text(exemplar.Time));
            json.WritePropertyName("asDouble");
            WriteNumber(json, exemplar.Value);
            json.WriteString("traceId", exemplar.TraceId);
            json.WriteString("spanId", exemplar.SpanId);
            json.WriteEndObject();
        }

        json.WriteEndArray();
    }

    /// <summary>JSON has no word for what is beyond all numbers; protobuf's does.</summary>
    private static void WriteNumber(Utf8JsonWriter json, double number)
    {
        if (double.IsFinite(number))
        {
            json.WriteNumberValue(number);
        }
        else
        {
            json.WriteStringValue(double.IsNaN(number) ? "NaN" : number > 0 ? "Infinity" : "-Infinity");
        }
    }

    private static string Text(ulong number) => number.ToString(CultureInfo.InvariantCulture);
}

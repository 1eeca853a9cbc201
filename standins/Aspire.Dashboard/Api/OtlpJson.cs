using System.Collections.Immutable;
using System.Globalization;
using System.Text.Json;
using Aspire.Dashboard.Telemetry;

namespace Aspire.Dashboard.Api;

/// <summary>Writes what is kept in OTLP's own JSON, which other tools read: ids in hexadecimal, 64-bit numbers as text.</summary>
internal static class OtlpJson
{
    public static void WriteSpans(Utf8JsonWriter json, IEnumerable<SpanRecord> spans) =>
        WriteGroups(json, "resourceSpans", "scopeSpans", "spans", spans, span => span.Resource, span => span.Scope, WriteSpan);

    public static void WriteLogs(Utf8JsonWriter json, IEnumerable<LogRecord> logs) =>
        WriteGroups(json, "resourceLogs", "scopeLogs", "logRecords", logs, log => log.Resource, log => log.Category, WriteLog);

    private static void WriteGroups<T>(
        Utf8JsonWriter json,
        string resources,
        string scopes,
        string items,
        IEnumerable<T> all,
        Func<T, TelemetryResource> resourceOf,
        Func<T, string> scopeOf,
        Action<Utf8JsonWriter, T> write)
    {
        json.WriteStartObject();
        json.WriteStartArray(resources);
        foreach (var group in all.GroupBy(resourceOf))
        {
            json.WriteStartObject();
            json.WriteStartObject("resource");
            WriteAttributes(json, group.Key.Attributes);
            json.WriteEndObject();
            json.WriteStartArray(scopes);
            foreach (var scope in group.GroupBy(scopeOf))
            {
                json.WriteStartObject();
                json.WriteStartObject("scope");
                json.WriteString("name", scope.Key);
                json.WriteEndObject();
                json.WriteStartArray(items);
                foreach (var item in scope)
                {
                    write(json, item);
                }

                json.WriteEndArray();
                json.WriteEndObject();
            }

            json.WriteEndArray();
            json.WriteEndObject();
        }

        json.WriteEndArray();
        json.WriteEndObject();
    }

    private static void WriteSpan(Utf8JsonWriter json, SpanRecord span)
    {
        json.WriteStartObject();
        json.WriteString("traceId", span.TraceId);
        json.WriteString("spanId", span.SpanId);
        if (span.ParentId.Length > 0)
        {
            json.WriteString("parentSpanId", span.ParentId);
        }

        json.WriteString("name", span.Name);
        json.WriteNumber("kind", (int)span.Kind);
        json.WriteString("startTimeUnixNano", Text(span.Start));
        json.WriteString("endTimeUnixNano", Text(span.End));
        WriteAttributes(json, span.Attributes);
        json.WriteStartArray("events");
        foreach (var one in span.Events)
        {
            json.WriteStartObject();
            json.WriteString("timeUnixNano", Text(one.Time));
            json.WriteString("name", one.Name);
            WriteAttributes(json, one.Attributes);
            json.WriteEndObject();
        }

        json.WriteEndArray();
        json.WriteStartArray("links");
        foreach (var link in span.Links)
        {
            json.WriteStartObject();
            json.WriteString("traceId", link.TraceId);
            json.WriteString("spanId", link.SpanId);
            WriteAttributes(json, link.Attributes);
            json.WriteEndObject();
        }

        json.WriteEndArray();
        json.WriteStartObject("status");
        json.WriteNumber("code", (int)span.Status);
        if (span.StatusMessage.Length > 0)
        {
            json.WriteString("message", span.StatusMessage);
        }

        json.WriteEndObject();
        json.WriteEndObject();
    }

    private static void WriteLog(Utf8JsonWriter json, LogRecord log)
    {
        json.WriteStartObject();
        json.WriteString("timeUnixNano", Text(log.Time));
        json.WriteNumber("severityNumber", log.Severity);
        json.WriteString("severityText", log.Level.ToString());
        json.WriteStartObject("body");
        json.WriteString("stringValue", log.Message);
        json.WriteEndObject();
        WriteAttributes(json, log.Attributes);
        if (log.TraceId.Length > 0)
        {
            json.WriteString("traceId", log.TraceId);
            json.WriteString("spanId", log.SpanId);
        }

        if (log.EventName.Length > 0)
        {
            json.WriteString("eventName", log.EventName);
        }

        json.WriteEndObject();
    }

    /// <summary>Of whatever has attributes.</summary>
    public static void WriteAttributes(Utf8JsonWriter json, ImmutableArray<Field> fields)
    {
        json.WriteStartArray("attributes");
        foreach (var field in fields)
        {
            json.WriteStartObject();
            json.WriteString("key", field.Name);
            json.WriteStartObject("value");
            switch (field.Kind)
            {
                case FieldKind.Truth:
                    json.WriteBoolean("boolValue", field.Value == "true");
                    break;
                case FieldKind.Whole:
                    json.WriteString("intValue", field.Value);
                    break;
                case FieldKind.Fraction when double.TryParse(field.Value, CultureInfo.InvariantCulture, out var number) && double.IsFinite(number):
                    json.WriteNumber("doubleValue", number);
                    break;
                default:
                    json.WriteString("stringValue", field.Value);
                    break;
            }

            json.WriteEndObject();
            json.WriteEndObject();
        }

        json.WriteEndArray();
    }

    /// <summary>A 64-bit number, as OTLP JSON writes it.</summary>
    public static string Text(long number) => number.ToString(CultureInfo.InvariantCulture);
}

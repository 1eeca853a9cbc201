using System.Collections.Immutable;
using System.Globalization;
using System.Text.Json;
using System.Text.Json.Nodes;
using Aspire.Dashboard.Otlp.Wire;
using Aspire.Dashboard.Telemetry;
using Google.Protobuf.Collections;

namespace Aspire.Dashboard.Otlp;

/// <summary>Attributes and values of the wire to text, within the limits.</summary>
internal sealed class FieldReader(TelemetryLimits limits)
{
    private const int DepthMax = 16;

    public ImmutableArray<Field> Read(RepeatedField<KeyValue> attributes) =>
        [.. attributes.Take(limits.AttributesMax).Select(attribute => Read(attribute.Key, attribute.Value))];

    public string Text(AnyValue? value) => Read("", value).Value;

    public string Cut(string text) => text.Length <= limits.TextMax ? text : string.Concat(text.AsSpan(0, limits.TextMax), "…");

    private static JsonNode? ToJson(AnyValue? value, int depth) => value?.ValueCase switch
    {
        AnyValue.ValueOneofCase.StringValue => JsonValue.Create(value.StringValue),
        AnyValue.ValueOneofCase.BoolValue => JsonValue.Create(value.BoolValue),
        AnyValue.ValueOneofCase.IntValue => JsonValue.Create(value.IntValue),
        AnyValue.ValueOneofCase.DoubleValue => JsonValue.Create(value.DoubleValue.ToString(CultureInfo.InvariantCulture)),
        AnyValue.ValueOneofCase.BytesValue => JsonValue.Create(value.BytesValue.ToBase64()),
        AnyValue.ValueOneofCase.ArrayValue when depth < DepthMax =>
            new JsonArray([.. value.ArrayValue.Values.Select(item => ToJson(item, depth + 1))]),
        AnyValue.ValueOneofCase.KvlistValue when depth < DepthMax =>
            new JsonObject(value.KvlistValue.Values.DistinctBy(item => item.Key).Select(item => KeyValuePair.Create(item.Key, ToJson(item.Value, depth + 1)))),
        _ => null,
    };

    private Field Read(string name, AnyValue? value)
    {
        var (text, kind) = value?.ValueCase switch
        {
            AnyValue.ValueOneofCase.StringValue => (value.StringValue, FieldKind.Text),
            AnyValue.ValueOneofCase.BoolValue => (value.BoolValue ? "true" : "false", FieldKind.Truth),
            AnyValue.ValueOneofCase.IntValue => (value.IntValue.ToString(CultureInfo.InvariantCulture), FieldKind.Whole),
            AnyValue.ValueOneofCase.DoubleValue => (value.DoubleValue.ToString("R", CultureInfo.InvariantCulture), FieldKind.Fraction),
            AnyValue.ValueOneofCase.None or null => ("", FieldKind.Text),
            _ => (ToJson(value, 0)?.ToJsonString(JsonSerializerOptions.Web) ?? "", FieldKind.Nested),
        };
        return new Field(Cut(name), Cut(text), kind);
    }
}

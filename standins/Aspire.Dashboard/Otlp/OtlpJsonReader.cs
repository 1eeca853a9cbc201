using System.Buffers;
using System.Text;
using System.Text.Json;
using Google.Protobuf;

namespace Aspire.Dashboard.Otlp;

/// <summary>
/// OTLP's own JSON to messages. It is protobuf's JSON but for the ids of traces and spans, which are hexadecimal there and
/// base64 in protobuf's; so these are written anew, and protobuf's parser does the rest.
/// </summary>
internal static class OtlpJsonReader
{
    private const int DepthMax = 64;

    private static readonly JsonParser Parser = new(new JsonParser.Settings(DepthMax).WithIgnoreUnknownFields(true));
    private static readonly JsonReaderOptions Reading = new() { MaxDepth = DepthMax };

    // No attribute can be mistaken for one of these: attributes are {"key": ..., "value": ...}.
    private static readonly Dictionary<string, int> IdBytes = new() { ["traceId"] = 16, ["spanId"] = 8, ["parentSpanId"] = 8 };

    /// <exception cref="FormatException">It is no JSON, or not of this message; says what is wrong.</exception>
    public static T Read<T>(ReadOnlySpan<byte> json)
        where T : IMessage, new()
    {
        try
        {
            return Parser.Parse<T>(Encoding.UTF8.GetString(WithBinaryIds(json)));
        }
        catch (Exception e) when (e is JsonException or InvalidJsonException or InvalidProtocolBufferException or OverflowException or InvalidOperationException)
        {
            throw new FormatException(e.Message, e);
        }
    }

    private static ReadOnlySpan<byte> WithBinaryIds(ReadOnlySpan<byte> json)
    {
        ArrayBufferWriter<byte> written = new(json.Length + 1);
        Utf8JsonReader reader = new(json, Reading);
        using var writer = new Utf8JsonWriter(written);
        var name = "";
        while (reader.Read())
        {
            switch (reader.TokenType)
            {
                case JsonTokenType.StartObject:
                    writer.WriteStartObject();
                    break;
                case JsonTokenType.EndObject:
                    writer.WriteEndObject();
                    break;
                case JsonTokenType.StartArray:
                    writer.WriteStartArray();
                    break;
                case JsonTokenType.EndArray:
                    writer.WriteEndArray();
                    break;
                case JsonTokenType.PropertyName:
                    name = reader.GetString()!;
                    writer.WritePropertyName(name);
                    break;
                case JsonTokenType.String when IdBytes.TryGetValue(name, out var length):
                    writer.WriteStringValue(Convert.ToBase64String(Id(name, reader.GetString()!, length)));
                    break;
                case JsonTokenType.String:
                    writer.WriteStringValue(reader.GetString());
                    break;
                default:
                    writer.WriteRawValue(reader.ValueSpan, skipInputValidation: true);
                    break;
            }
        }

        writer.Flush();
        return written.WrittenSpan;
    }

    private static byte[] Id(string name, string text, int length)
    {
        // A root has no parent, and many write that as an empty text.
        if (text.Length != 0 && (text.Length != 2 * length || !text.All(char.IsAsciiHexDigit)))
        {
            throw new JsonException($"{name} is '{(text.Length <= 40 ? text : text[..40])}'; it must be {2 * length} hexadecimal digits");
        }

        return Convert.FromHexString(text);
    }
}

using System.Text.Encodings.Web;
using System.Text.Json;
using System.Text.Json.Serialization;
using System.Text.Json.Serialization.Metadata;
using Google.Protobuf;
using Microsoft.AspNetCore.Http;

namespace KvStore.Node.FrontEnds.Http;

/// <summary>
/// JSON of the views. They are the messages of cluster.proto, so that REST and gRPC show the same by construction; here is
/// only how their bytes and 64-bit positions look in JSON.
/// </summary>
internal static class ViewJson
{
    public const string ContentType = "application/json";

    public static readonly JsonSerializerOptions Options = Configure(new JsonSerializerOptions(JsonSerializerDefaults.Web));

    public static JsonSerializerOptions Configure(JsonSerializerOptions options)
    {
        options.DefaultIgnoreCondition = JsonIgnoreCondition.WhenWritingNull;
        options.Encoder = JavaScriptEncoder.UnsafeRelaxedJsonEscaping; // application/json, never inside a page
        options.NumberHandling = JsonNumberHandling.Strict;
        options.Converters.Add(new PositionConverter());
        options.TypeInfoResolver = ViewTypes.Default.WithAddedModifier(ShowBytesAsText);
        return options;
    }

    public static Task WriteAsync<T>(HttpContext context, T view)
    {
        context.Response.Headers.CacheControl = "no-store";
        return context.Response.WriteAsJsonAsync(view, TypeOf<T>(), cancellationToken: context.RequestAborted);
    }

    public static string Write<T>(T view) => JsonSerializer.Serialize(view, TypeOf<T>());

    private static JsonTypeInfo<T> TypeOf<T>() => (JsonTypeInfo<T>)Options.GetTypeInfo(typeof(T));

    /// <summary>A field of bytes becomes text, and a second one named ...Base64 where the text would lose something.</summary>
    private static void ShowBytesAsText(JsonTypeInfo type)
    {
        foreach (JsonPropertyInfo property in type.Properties.Where(property => property.PropertyType == typeof(ByteString)).ToList())
        {
            Func<object, object?> bytes = property.Get!;
            JsonPropertyInfo text = TextOf(type, property.Name, view => KeyText.Of(((ByteString)bytes(view)!).Span));
            JsonPropertyInfo exact = TextOf(type, property.Name + "Base64", view => KeyText.ExactOf(((ByteString)bytes(view)!).Span));
            type.Properties.Remove(property);
            type.Properties.Insert(0, exact);
            type.Properties.Insert(0, text);
        }
    }

    private static JsonPropertyInfo TextOf(JsonTypeInfo type, string name, Func<object, string?> text) => JsonMetadataServices.CreatePropertyInfo(
        type.Options,
        new JsonPropertyInfoValues<string> { DeclaringType = type.Type, PropertyName = name, JsonPropertyName = name, IsProperty = true, IsPublic = true, Getter = text });

    /// <summary>Positions on the ring use all 64 bits, which numbers in JSON do not have: 16 hexadecimal digits.</summary>
    private sealed class PositionConverter : JsonConverter<ulong>
    {
        public override ulong Read(ref Utf8JsonReader reader, Type typeToConvert, JsonSerializerOptions options) =>
            throw new NotSupportedException("Views are only written.");

        public override void Write(Utf8JsonWriter writer, ulong value, JsonSerializerOptions options) =>
            writer.WriteStringValue(value.ToString("x16", System.Globalization.CultureInfo.InvariantCulture));
    }
}

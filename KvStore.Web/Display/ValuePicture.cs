using System.Globalization;
using System.Text;
using System.Text.Encodings.Web;
using System.Text.Json;

namespace KvStore.Web.Display;

/// <summary>A value as text, as JSON with its lines indented, or as bytes: what can be shown of it, never more than a bounded part.</summary>
public static class ValuePicture
{
    /// <summary>Bytes that are shown as text or JSON.</summary>
    public const int TextBytesMax = 64 * 1024;

    /// <summary>Bytes that are shown in hexadecimal.</summary>
    public const int HexBytesMax = 4 * 1024;

    private const int BytesPerLine = 16;

    private static readonly UTF8Encoding Strict = new(encoderShouldEmitUTF8Identifier: false, throwOnInvalidBytes: true);

    // The page escapes what it shows; here everything stays as readable as it is.
    private static readonly JsonSerializerOptions Indented = new() { WriteIndented = true, Encoder = JavaScriptEncoder.UnsafeRelaxedJsonEscaping };

    /// <summary>The look that says most: JSON of objects and lists, text, else bytes.</summary>
    public static ValueLook BestFor(ReadOnlySpan<byte> value) => TextOf(value) switch
    {
        null => ValueLook.Hex,
        { } text when text.AsSpan().TrimStart() is ['{' or '[', ..] && Of(value, ValueLook.Json) is not null => ValueLook.Json,
        _ => ValueLook.Text,
    };

    /// <returns>Null if it cannot be looked at this way.</returns>
    public static string? Of(ReadOnlySpan<byte> value, ValueLook look) => look switch
    {
        ValueLook.Text => TextOf(value),
        ValueLook.Json => JsonOf(value),
        ValueLook.Hex => HexOf(value[..Math.Min(value.Length, HexBytesMax)]),
        _ => throw new InvalidOperationException($"Unknown look {look}."),
    };

    /// <summary>Bytes shown of a value so long.</summary>
    public static int ShownOf(int length, ValueLook look) => Math.Min(length, look == ValueLook.Hex ? HexBytesMax : TextBytesMax);

    /// <summary>The whole value as text for editing; null if it is none.</summary>
    public static string? WholeText(ReadOnlySpan<byte> value)
    {
        try
        {
            string text = Strict.GetString(value);
            return text.All(character => character is '\n' or '\r' or '\t' || !char.IsControl(character)) ? text : null;
        }
        catch (DecoderFallbackException)
        {
            return null;
        }
    }

    private static string? TextOf(ReadOnlySpan<byte> value)
    {
        // A cut may fall into a character of up to four bytes.
        for (int cut = ShownOf(value.Length, ValueLook.Text); cut >= 0; cut--)
        {
            if (WholeText(value[..cut]) is { } text)
            {
                return text;
            }

            if (value.Length <= TextBytesMax || cut < TextBytesMax - 3)
            {
                return null;
            }
        }

        return null;
    }

    private static string? JsonOf(ReadOnlySpan<byte> value)
    {
        if (value.Length > TextBytesMax)
        {
            return null;
        }

        try
        {
            Utf8JsonReader reader = new(value);
            using JsonDocument document = JsonDocument.ParseValue(ref reader);
            return reader.BytesConsumed == value.TrimEnd(" \t\r\n"u8).Length ? JsonSerializer.Serialize(document.RootElement, Indented) : null;
        }
        catch (JsonException)
        {
            return null;
        }
    }

    private static string HexOf(ReadOnlySpan<byte> bytes)
    {
        StringBuilder text = new();
        for (int line = 0; line < bytes.Length; line += BytesPerLine)
        {
            ReadOnlySpan<byte> row = bytes[line..Math.Min(line + BytesPerLine, bytes.Length)];
            text.Append(line == 0 ? "" : "\n").Append(CultureInfo.InvariantCulture, $"{line:x4} ");
            for (int i = 0; i < BytesPerLine; i++)
            {
                text.Append(i < row.Length ? string.Create(CultureInfo.InvariantCulture, $" {row[i]:x2}") : "   ");
            }

            text.Append("  ");
            foreach (byte value in row)
            {
                text.Append(value is >= 0x20 and < 0x7F ? (char)value : '.');
            }
        }

        return text.ToString();
    }
}

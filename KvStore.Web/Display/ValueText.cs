using System.Globalization;
using System.Text;

namespace KvStore.Web.Display;

/// <summary>A value as the page shows it: as text if it is printable UTF-8, else in hexadecimal; never more than a screenful.</summary>
/// <param name="Form">Empty, text or hexadecimal.</param>
/// <param name="Shown">What to show of it.</param>
/// <param name="Length">Bytes of the whole value.</param>
/// <param name="ShownLength">Bytes of what is shown.</param>
public sealed record ValueText(ValueForm Form, string Shown, int Length, int ShownLength)
{
    public const int TextBytesMax = 4096;
    public const int HexBytesMax = 512;

    private const int HexBytesPerLine = 16;

    private static readonly UTF8Encoding Strict = new(encoderShouldEmitUTF8Identifier: false, throwOnInvalidBytes: true);

    public bool IsCut => ShownLength < Length;

    public static ValueText Of(ReadOnlySpan<byte> value)
    {
        if (value.IsEmpty)
        {
            return new ValueText(ValueForm.Empty, "", 0, 0);
        }

        // A cut may fall into a character; only a whole number of characters is looked at.
        ReadOnlySpan<byte> start = value[..CutAtCharacter(value, TextBytesMax)];
        if (TryReadText(start) is { } text)
        {
            return new ValueText(ValueForm.Text, text, value.Length, start.Length);
        }

        ReadOnlySpan<byte> bytes = value[..Math.Min(value.Length, HexBytesMax)];
        return new ValueText(ValueForm.Hex, HexOf(bytes), value.Length, bytes.Length);
    }

    private static int CutAtCharacter(ReadOnlySpan<byte> value, int max)
    {
        if (value.Length <= max)
        {
            return value.Length;
        }

        const int BytesPerCharacterMax = 4;
        int cut = max;
        while (cut > max - BytesPerCharacterMax && (value[cut] & 0xC0) == 0x80)
        {
            cut--;
        }

        return cut;
    }

    private static string? TryReadText(ReadOnlySpan<byte> bytes)
    {
        try
        {
            string text = Strict.GetString(bytes);
            return text.All(IsPrintable) ? text : null;
        }
        catch (DecoderFallbackException)
        {
            return null;
        }
    }

    private static bool IsPrintable(char character) => character is '\n' or '\r' or '\t' || !char.IsControl(character);

    private static string HexOf(ReadOnlySpan<byte> bytes)
    {
        StringBuilder text = new();
        for (int line = 0; line < bytes.Length; line += HexBytesPerLine)
        {
            text.Append(CultureInfo.InvariantCulture, $"{line:x4} ");
            foreach (byte value in bytes[line..Math.Min(line + HexBytesPerLine, bytes.Length)])
            {
                text.Append(CultureInfo.InvariantCulture, $" {value:x2}");
            }

            text.Append('\n');
        }

        return text.ToString(0, text.Length - 1);
    }
}

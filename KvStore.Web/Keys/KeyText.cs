using System.Globalization;
using System.Text;
using KvStore.Client;

namespace KvStore.Web.Keys;

/// <summary>
/// Keys as text that can be typed, shown and put into an address, whatever their bytes: text as it is, a backslash as
/// <c>\\</c>, and every byte that is no printable text as <c>\xNN</c>. One text for each key and one key for each text.
/// </summary>
public static class KeyText
{
    /// <summary>Characters that a page shows of a key; the whole is behind it.</summary>
    public const int ShownMax = 120;

    public static string Of(KvKey key)
    {
        StringBuilder text = new();
        ReadOnlySpan<byte> rest = key.Bytes.Span;
        while (!rest.IsEmpty)
        {
            bool isText = Rune.DecodeFromUtf8(rest, out Rune rune, out int length) == System.Buffers.OperationStatus.Done && IsShown(rune);
            if (isText)
            {
                text.Append(rune.Value == '\\' ? "\\\\" : rune.ToString());
            }
            else
            {
                foreach (byte value in rest[..length])
                {
                    text.Append(CultureInfo.InvariantCulture, $"\\x{value:x2}");
                }
            }

            rest = rest[length..];
        }

        return text.ToString();
    }

    /// <summary>As <see cref="Of"/>, cut where it is too long for a line.</summary>
    public static string Shown(KvKey key) => Of(key) is var text && text.Length > ShownMax ? $"{text[..ShownMax]}…" : text;

    /// <returns>Null if the text is none of a key's; <paramref name="problem"/> says why.</returns>
    public static byte[]? Parse(string text, out string problem)
    {
        problem = "";
        List<byte> bytes = new(text.Length);
        Span<byte> utf8 = stackalloc byte[4];
        for (int i = 0; i < text.Length;)
        {
            if (text[i] == '\\')
            {
                if (!TryReadEscape(text.AsSpan(i), out byte value, out int length))
                {
                    problem = $"'{text[i..Math.Min(text.Length, i + 4)]}': after a backslash stands another one, or x and two hexadecimal digits.";
                    return null;
                }

                bytes.Add(value);
                i += length;
                continue;
            }

            // Half of a pair of surrogates is no character and has no bytes.
            if (!Rune.TryGetRuneAt(text, i, out Rune rune))
            {
                problem = "There is half a character in it.";
                return null;
            }

            bytes.AddRange(utf8[..rune.EncodeToUtf8(utf8)]);
            i += rune.Utf16SequenceLength;
        }

        return [.. bytes];
    }

    private static bool TryReadEscape(ReadOnlySpan<char> text, out byte value, out int length)
    {
        if (text.StartsWith("\\\\"))
        {
            (value, length) = ((byte)'\\', 2);
            return true;
        }

        length = 4;
        value = 0;
        return text.Length >= 4 && text[1] == 'x' && byte.TryParse(text[2..4], NumberStyles.AllowHexSpecifier, CultureInfo.InvariantCulture, out value);
    }

    // What draws nothing, or turns around what follows, would make two keys look alike.
    private static bool IsShown(Rune rune) => Rune.GetUnicodeCategory(rune) is not (
        UnicodeCategory.Control or UnicodeCategory.Format or UnicodeCategory.LineSeparator or UnicodeCategory.ParagraphSeparator
        or UnicodeCategory.OtherNotAssigned or UnicodeCategory.PrivateUse or UnicodeCategory.Surrogate);
}

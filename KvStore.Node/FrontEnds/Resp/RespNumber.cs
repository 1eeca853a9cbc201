using System.Buffers.Text;
using System.Globalization;
using System.Text;

namespace KvStore.Node.FrontEnds.Resp;

/// <summary>Numbers as arguments and values have them.</summary>
internal static class RespNumber
{
    /// <summary>A decimal 64-bit integer as Redis takes it: no blanks, no plus, no zeros before it.</summary>
    public static bool TryParse(ReadOnlySpan<byte> text, out long number)
    {
        number = 0;
        ReadOnlySpan<byte> digits = text.StartsWith("-"u8) ? text[1..] : text;
        bool isPlain = digits.Length > 0 && (digits[0] != '0' || text.Length == 1) && digits.IndexOfAnyExceptInRange((byte)'0', (byte)'9') < 0;
        return isPlain && Utf8Parser.TryParse(text, out number, out int consumed) && consumed == text.Length;
    }

    /// <summary>A finite number, with or without a point or an exponent.</summary>
    public static bool TryParseFloat(ReadOnlySpan<byte> text, out double number)
    {
        number = 0;
        return text.Length > 0 && double.TryParse(text, NumberStyles.Float & ~NumberStyles.AllowLeadingWhite & ~NumberStyles.AllowTrailingWhite, CultureInfo.InvariantCulture, out number)
            && double.IsFinite(number);
    }

    /// <summary>
    /// The sum as Redis writes it: without exponent and without zeros at the end. Exact where both have at most 28 digits.
    /// </summary>
    /// <returns>Null if it is no finite number.</returns>
    public static byte[]? Sum(ReadOnlySpan<byte> number, ReadOnlySpan<byte> by)
    {
        if (decimal.TryParse(number, NumberStyles.Float, CultureInfo.InvariantCulture, out decimal exact)
            && decimal.TryParse(by, NumberStyles.Float, CultureInfo.InvariantCulture, out decimal exactBy)
            && Math.Abs(exact) < 1e14m && Math.Abs(exactBy) < 1e14m)
        {
            return Encoding.ASCII.GetBytes((exact + exactBy).ToString("0.############################", CultureInfo.InvariantCulture));
        }

        bool areNumbers = TryParseFloat(number, out double left) & TryParseFloat(by, out double right);
        double sum = left + right;
        return areNumbers && double.IsFinite(sum)
            ? Encoding.ASCII.GetBytes(sum.ToString("0.#################", CultureInfo.InvariantCulture))
            : null;
    }
}

using System.Buffers;

namespace KvStore.Node.FrontEnds.Http;

/// <summary>
/// Percent-encoding to bytes (RFC 3986), whatever bytes they are: the server's own decoding takes the path for UTF-8 and
/// leaves alone what is not.
/// </summary>
internal static class PercentCoding
{
    /// <param name="text">As it stands in the request line.</param>
    /// <param name="plusIsSpace">As HTML forms encode queries; in a path a plus is a plus.</param>
    /// <returns>False if a percent sign is not followed by two hexadecimal digits, or a character is not ASCII.</returns>
    public static bool TryDecode(ReadOnlySpan<char> text, bool plusIsSpace, out byte[] bytes)
    {
        byte[] decoded = ArrayPool<byte>.Shared.Rent(text.Length);
        bool isValid = TryDecode(text, plusIsSpace, decoded, out int length);
        bytes = isValid ? decoded.AsSpan(0, length).ToArray() : [];
        ArrayPool<byte>.Shared.Return(decoded);
        return isValid;
    }

    private static bool TryDecode(ReadOnlySpan<char> text, bool plusIsSpace, Span<byte> decoded, out int length)
    {
        length = 0;
        for (int i = 0; i < text.Length; i++)
        {
            char letter = text[i];
            if (letter > 0x7F)
            {
                return false;
            }

            if (letter != '%')
            {
                decoded[length++] = letter == '+' && plusIsSpace ? (byte)' ' : (byte)letter;
                continue;
            }

            if (i + 2 >= text.Length || !char.IsAsciiHexDigit(text[i + 1]) || !char.IsAsciiHexDigit(text[i + 2]))
            {
                return false;
            }

            decoded[length++] = (byte)((HexValue(text[i + 1]) << 4) | HexValue(text[i + 2]));
            i += 2;
        }

        return true;
    }

    private static int HexValue(char digit) => char.IsAsciiDigit(digit) ? digit - '0' : (digit | 0x20) - 'a' + 10;
}

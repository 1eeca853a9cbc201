using System.Buffers.Binary;
using System.Buffers.Text;
using System.Text;

namespace KvStore.Node.FrontEnds.Resp;

/// <summary>
/// GET of a key and SET of a key to a value, in the form in which every client sends them. Anything else, and anything that is
/// wrong, is left to <see cref="RespReader"/>, which reads these as well.
/// </summary>
internal static class QuickCommand
{
    /// <summary>Bytes of a value, at most.</summary>
    public const int ValueBytesMax = 16 * 1024;

    /// <summary>Bytes of a command, at most.</summary>
    public const int BytesMax = HeadLength + (2 * LengthBytesMax) + Ring.Key.LengthMax + ValueBytesMax + 16;

    private const int HeadLength = 14;
    private const int LengthBytesMax = 8;

    private const int Partial = 0;
    private const int Other = -1;

    // Eight bytes as one number: "*2\r\n$3\r\n", "*3\r\n$3\r\n".
    private const ulong OneKey = 0x0A0D_3324_0A0D_322A;
    private const ulong KeyAndValue = 0x0A0D_3324_0A0D_332A;

    // "get\r\n$" and "set\r\n$", in small letters.
    private const ulong GetName = 0x240A_0D74_6567;
    private const ulong SetName = 0x240A_0D74_6573;
    private const ulong NameMask = 0xFFFF_FFFF_FFFF;
    private const ulong SmallLetters = 0x20_2020;

    /// <param name="length">What was read, from the beginning.</param>
    /// <param name="key">Of a whole command.</param>
    /// <param name="value">Likewise; empty of GET.</param>
    public static QuickCommandKind Read(ReadOnlySpan<byte> input, out int length, out ReadOnlySpan<byte> key, out ReadOnlySpan<byte> value)
    {
        length = 0;
        key = default;
        value = default;
        if (input.Length < HeadLength + 2)
        {
            return IsBeginOf("*2\r\n$3\r\nget\r\n$"u8, input) || IsBeginOf("*3\r\n$3\r\nset\r\n$"u8, input) ? QuickCommandKind.Partial : QuickCommandKind.Other;
        }

        ulong head = BinaryPrimitives.ReadUInt64LittleEndian(input);
        ulong name = (BinaryPrimitives.ReadUInt64LittleEndian(input[8..]) & NameMask) | SmallLetters;
        bool isGet = head == OneKey && name == GetName;
        if (!isGet && !(head == KeyAndValue && name == SetName))
        {
            return QuickCommandKind.Other;
        }

        int keyLength = BulkAt(input[HeadLength..], Ring.Key.LengthMax, out key);
        if (keyLength <= 0 || isGet)
        {
            length = HeadLength + keyLength;
            return KindOf(keyLength, QuickCommandKind.Get);
        }

        ReadOnlySpan<byte> rest = input[(HeadLength + keyLength)..];
        if (rest.Length > 0 && rest[0] != '$')
        {
            return QuickCommandKind.Other;
        }

        int valueLength = rest.Length == 0 ? Partial : BulkAt(rest[1..], ValueBytesMax, out value);
        length = HeadLength + keyLength + 1 + valueLength;
        return KindOf(valueLength, QuickCommandKind.Set);
    }

    private static bool IsBeginOf(ReadOnlySpan<byte> head, ReadOnlySpan<byte> input)
    {
        int length = Math.Min(head.Length, input.Length);
        return length > 0 && Ascii.EqualsIgnoreCase(head[..length], input[..length]);
    }

    private static QuickCommandKind KindOf(int bulk, QuickCommandKind whole) => bulk switch
    {
        Partial => QuickCommandKind.Partial,
        Other => QuickCommandKind.Other,
        _ => whole,
    };

    /// <summary>A length, CRLF, so many bytes, CRLF.</summary>
    /// <returns>How much that was, or <see cref="Partial"/>, or <see cref="Other"/>.</returns>
    private static int BulkAt(ReadOnlySpan<byte> input, int bytesMax, out ReadOnlySpan<byte> bytes)
    {
        bytes = default;
        int digits = input[..Math.Min(input.Length, LengthBytesMax)].IndexOf((byte)'\r');
        if (digits < 0)
        {
            return input.Length < LengthBytesMax ? Partial : Other;
        }

        if (digits == 0 || input[0] is < (byte)'0' or > (byte)'9' || !Utf8Parser.TryParse(input[..digits], out int count, out int read) || read != digits || count > bytesMax)
        {
            return Other;
        }

        int begin = digits + 2;
        int whole = begin + count + 2;
        if (input.Length < whole)
        {
            return Partial;
        }

        if (input[begin - 1] != '\n' || input[whole - 2] != '\r' || input[whole - 1] != '\n')
        {
            return Other;
        }

        bytes = input.Slice(begin, count);
        return whole;
    }
}

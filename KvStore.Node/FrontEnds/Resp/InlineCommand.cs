namespace KvStore.Node.FrontEnds.Resp;

/// <summary>A command as a person types it on one line: words between blanks, or between quotes with escapes.</summary>
internal static class InlineCommand
{
    /// <param name="line">Without its end.</param>
    /// <param name="words">None of an empty line.</param>
    /// <returns>False if a quote is not closed, or is not followed by a blank.</returns>
    public static bool TrySplit(ReadOnlySpan<byte> line, out byte[][] words)
    {
        List<byte[]> found = [];
        List<byte> word = [];
        words = [];
        for (int at = 0; at < line.Length;)
        {
            if (IsBlank(line[at]))
            {
                at++;
                continue;
            }

            word.Clear();
            while (at < line.Length && !IsBlank(line[at]))
            {
                byte next = line[at++];
                if (next is not ((byte)'"' or (byte)'\''))
                {
                    word.Add(next);
                }
                else if (!TryReadQuoted(line, next, ref at, word))
                {
                    return false;
                }
            }

            found.Add([.. word]);
        }

        words = [.. found];
        return true;
    }

    /// <param name="at">Behind the opening quote; moved behind the closing one.</param>
    private static bool TryReadQuoted(ReadOnlySpan<byte> line, byte quote, ref int at, List<byte> word)
    {
        while (at < line.Length)
        {
            byte next = line[at++];
            if (next == quote)
            {
                return at == line.Length || IsBlank(line[at]);
            }

            if (next != '\\' || at == line.Length)
            {
                word.Add(next);
            }
            else if (quote == '"')
            {
                word.Add(Escaped(line, ref at));
            }
            else
            {
                word.Add(line[at] == '\'' ? line[at++] : next);
            }
        }

        return false;
    }

    private static byte Escaped(ReadOnlySpan<byte> line, ref int at)
    {
        byte next = line[at++];
        if (next == 'x' && at + 2 <= line.Length && char.IsAsciiHexDigit((char)line[at]) && char.IsAsciiHexDigit((char)line[at + 1]))
        {
            at += 2;
            return (byte)((HexOf(line[at - 2]) << 4) | HexOf(line[at - 1]));
        }

        return next switch
        {
            (byte)'n' => (byte)'\n',
            (byte)'r' => (byte)'\r',
            (byte)'t' => (byte)'\t',
            (byte)'b' => (byte)'\b',
            (byte)'a' => (byte)'\a',
            _ => next,
        };
    }

    private static int HexOf(byte digit) => digit <= '9' ? digit - '0' : (digit | 0x20) - 'a' + 10;

    private static bool IsBlank(byte letter) => letter is (byte)' ' or (byte)'\t' or (byte)'\r' or 0;
}

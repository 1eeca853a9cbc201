namespace KvStore.Node.FrontEnds.Resp;

/// <summary>
/// Patterns as MATCH and KEYS have them: <c>*</c>, <c>?</c>, <c>[a-z]</c>, <c>[^a]</c>, and a backslash before what is meant as it
/// is. It takes at most length of the pattern times length of the text, whatever both are.
/// </summary>
internal static class GlobPattern
{
    /// <summary>What every match begins with.</summary>
    public static ReadOnlyMemory<byte> PrefixOf(byte[] pattern)
    {
        int length = pattern.AsSpan().IndexOfAny("*?[\\"u8);
        return length < 0 ? pattern : pattern.AsMemory(0, length);
    }

    public static bool IsMatch(ReadOnlySpan<byte> pattern, ReadOnlySpan<byte> text, bool ignoresCase = false)
    {
        int at = 0;
        int place = 0;
        int star = -1;
        int begin = 0;
        while (place < text.Length)
        {
            if (at < pattern.Length && pattern[at] == '*')
            {
                star = ++at;
                begin = place;
            }
            else if (at < pattern.Length && MatchesOne(pattern, at, text[place], ignoresCase, out int length))
            {
                at += length;
                place++;
            }
            else if (star >= 0)
            {
                at = star; // the last star takes one more
                place = ++begin;
            }
            else
            {
                return false;
            }
        }

        return pattern[at..].IndexOfAnyExcept((byte)'*') < 0;
    }

    /// <param name="length">Of the part of the pattern that stands for the letter.</param>
    private static bool MatchesOne(ReadOnlySpan<byte> pattern, int at, byte letter, bool ignoresCase, out int length)
    {
        length = 1;
        switch (pattern[at])
        {
            case (byte)'?':
                return true;
            case (byte)'[':
                return MatchesSet(pattern[(at + 1)..], letter, ignoresCase, out length);
            case (byte)'\\' when at + 1 < pattern.Length:
                length = 2;
                return IsSame(pattern[at + 1], letter, ignoresCase);
            default:
                return IsSame(pattern[at], letter, ignoresCase);
        }
    }

    /// <param name="set">Behind its bracket. One that is not closed goes to the end.</param>
    private static bool MatchesSet(ReadOnlySpan<byte> set, byte letter, bool ignoresCase, out int length)
    {
        bool isNegated = set.StartsWith("^"u8);
        bool isIn = false;
        int at = isNegated ? 1 : 0;
        while (at < set.Length && set[at] != ']')
        {
            at += set[at] == '\\' && at + 1 < set.Length ? 1 : 0;
            if (at + 2 < set.Length && set[at + 1] == '-')
            {
                isIn |= IsBetween(letter, set[at], set[at + 2], ignoresCase);
                at += 3;
            }
            else
            {
                isIn |= IsSame(set[at++], letter, ignoresCase);
            }
        }

        length = Math.Min(at + 1, set.Length) + 1;
        return isIn != isNegated;
    }

    private static bool IsBetween(byte letter, byte one, byte other, bool ignoresCase)
    {
        byte looked = Folded(letter, ignoresCase);
        byte from = Folded(Math.Min(one, other), ignoresCase);
        byte to = Folded(Math.Max(one, other), ignoresCase);
        return looked >= from && looked <= to;
    }

    private static bool IsSame(byte one, byte other, bool ignoresCase) => Folded(one, ignoresCase) == Folded(other, ignoresCase);

    private static byte Folded(byte letter, bool ignoresCase) => ignoresCase && letter is >= (byte)'A' and <= (byte)'Z' ? (byte)(letter | 0x20) : letter;
}

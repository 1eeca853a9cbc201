namespace KvStore.Node.FrontEnds.Resp;

/// <summary>
/// The longest common subsequence of two strings, by the table of all pairs of prefixes: two rows of lengths, and one bit a pair
/// for the way back, which decides between equally long ones as Redis does.
/// </summary>
internal sealed class SharedSubsequence
{
    /// <summary>Pairs of positions that are compared, at most: two megabytes and some tens of milliseconds of one thread.</summary>
    public const long PairsMax = 1L << 24;

    private readonly ReadOnlyMemory<byte> _first;
    private readonly ReadOnlyMemory<byte> _second;

    // Of each pair of prefixes, by rows of the first string: whether the first one's end is left out.
    private readonly uint[]? _leavesFirst;

    /// <param name="length">Whether nothing but the length is wanted.</param>
    public SharedSubsequence(ReadOnlyMemory<byte> first, ReadOnlyMemory<byte> second, bool length)
    {
        Invariant.Holds(IsBounded(first.Length, second.Length));
        _first = first;
        _second = second;
        _leavesFirst = length ? null : new uint[(((long)first.Length * second.Length) + 31) / 32];
        Length = Fill();
    }

    public int Length { get; }

    public static bool IsBounded(int first, int second) => (long)first * second <= PairsMax;

    /// <summary>The runs that both have, the last first: where each begins in the first string and in the second, and how long it is.</summary>
    public IReadOnlyList<(int First, int Second, int Length)> Runs()
    {
        List<(int First, int Second, int Length)> runs = [];
        int i = _first.Length;
        int j = _second.Length;
        while (i > 0 && j > 0)
        {
            int length = 0;
            for (; i > 0 && j > 0 && _first.Span[i - 1] == _second.Span[j - 1]; length++)
            {
                i--;
                j--;
            }

            if (length > 0)
            {
                runs.Add((i, j, length));
            }
            else if (LeavesFirst(PlaceOf(i, j)))
            {
                i--;
            }
            else
            {
                j--;
            }
        }

        return runs;
    }

    public byte[] ToBytes()
    {
        byte[] bytes = new byte[Length];
        int end = Length;
        foreach ((int first, _, int length) in Runs())
        {
            end -= length;
            _first.Span.Slice(first, length).CopyTo(bytes.AsSpan(end));
        }

        Invariant.Holds(end == 0);
        return bytes;
    }

    private int Fill()
    {
        ReadOnlySpan<byte> first = _first.Span;
        ReadOnlySpan<byte> second = _second.Span;
        int[] above = new int[second.Length + 1];
        int[] row = new int[second.Length + 1];
        for (int i = 1; i <= first.Length; i++)
        {
            for (int j = 1; j <= second.Length; j++)
            {
                if (first[i - 1] == second[j - 1])
                {
                    row[j] = above[j - 1] + 1;
                    continue;
                }

                bool leavesFirst = above[j] > row[j - 1];
                row[j] = leavesFirst ? above[j] : row[j - 1];
                if (leavesFirst && _leavesFirst is not null)
                {
                    long place = PlaceOf(i, j);
                    _leavesFirst[place / 32] |= 1u << (int)(place % 32);
                }
            }

            (above, row) = (row, above);
        }

        return above[second.Length];
    }

    private long PlaceOf(int i, int j) => ((long)(i - 1) * _second.Length) + (j - 1);

    private bool LeavesFirst(long place) => (_leavesFirst![place / 32] >> (int)(place % 32) & 1) != 0;
}

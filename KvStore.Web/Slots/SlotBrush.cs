using System.Collections.Immutable;

namespace KvStore.Web.Slots;

/// <summary>A rectangle of the square of slots, from one corner to the one across. Corners may be given in any order.</summary>
public sealed record SlotBrush
{
    /// <exception cref="ArgumentOutOfRangeException">One of them is no slot.</exception>
    public SlotBrush(int from, int to)
    {
        foreach (int slot in (ReadOnlySpan<int>)[from, to])
        {
            ArgumentOutOfRangeException.ThrowIfNegative(slot);
            ArgumentOutOfRangeException.ThrowIfGreaterThanOrEqual(slot, SlotSquare.Count);
        }

        (Top, Bottom) = Ordered(SlotSquare.RowOf(from), SlotSquare.RowOf(to));
        (Left, Right) = Ordered(SlotSquare.ColumnOf(from), SlotSquare.ColumnOf(to));
    }

    public int Top { get; }

    public int Bottom { get; }

    public int Left { get; }

    public int Right { get; }

    public int First => SlotSquare.SlotAt(Top, Left);

    public int Last => SlotSquare.SlotAt(Bottom, Right);

    public int Count => (Bottom - Top + 1) * (Right - Left + 1);

    /// <summary>Its slots in order: one span where it is as wide as the square, else one a row.</summary>
    public ImmutableArray<(int First, int Last)> Spans => Right - Left + 1 == SlotSquare.Side
        ? [(First, Last)]
        : [.. Enumerable.Range(Top, Bottom - Top + 1).Select(row => (SlotSquare.SlotAt(row, Left), SlotSquare.SlotAt(row, Right)))];

    /// <summary>For people: "slot 5", "slots 0 to 127", "256 slots between 0 and 1,039".</summary>
    public string Words => (Count, Spans.Length) switch
    {
        (1, _) => $"slot {Display.Figures.Count(First)}",
        (_, 1) => $"slots {Display.Figures.Count(First)} to {Display.Figures.Count(Last)}",
        _ => $"{Display.Figures.Count(Count)} slots between {Display.Figures.Count(First)} and {Display.Figures.Count(Last)}",
    };

    public bool Contains(int slot) =>
        SlotSquare.RowOf(slot) is var row && row >= Top && row <= Bottom && SlotSquare.ColumnOf(slot) is var column && column >= Left && column <= Right;

    private static (int Low, int High) Ordered(int one, int other) => (Math.Min(one, other), Math.Max(one, other));
}

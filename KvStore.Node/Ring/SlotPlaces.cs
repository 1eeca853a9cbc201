namespace KvStore.Node.Ring;

/// <summary>
/// Where the slots stand on the ring. Every slot stands at <see cref="PerSlot"/> places; the places of all slots are put
/// in the order of their hashes and then spread out at equal distances, so that no stretch of the ring is crowded.
/// One position a slot, left where its hash says, makes loads vary twice as much: docs/decisions/0002-slot-table.md.
/// </summary>
internal static class SlotPlaces
{
    public const int PerSlot = 16;

    /// <summary>How many places there are: a power of two.</summary>
    public const int Count = Slot.Count * PerSlot;

    /// <summary>Distance between neighbouring places, as a power of two of positions.</summary>
    public const int SpacingBits = 64 - 18;

    private static readonly ushort[] SlotOfPlace = Build();

    /// <summary>The numbers of the slots, by place; place i is at position i × 2^<see cref="SpacingBits"/>.</summary>
    public static ReadOnlySpan<ushort> SlotNumbers => SlotOfPlace;

    /// <summary>The positions of one slot, ascending.</summary>
    public static ulong[] PositionsOf(Slot slot)
    {
        var positions = new ulong[PerSlot];
        var found = 0;
        for (var place = 0; found < PerSlot; place++)
        {
            if (SlotOfPlace[place] == slot.Number)
            {
                positions[found++] = (ulong)place << SpacingBits;
            }
        }

        return positions;
    }

    private static ushort[] Build()
    {
        var hashes = new ulong[Count];
        var slots = new ushort[Count];
        for (var number = 0; number < Slot.Count; number++)
        {
            for (var i = 0; i < PerSlot; i += RingHash.Words)
            {
                var first = (number * PerSlot) + i;
                RingHash.SlotWords(new Slot(number), i / RingHash.Words, hashes.AsSpan(first, RingHash.Words));
                slots.AsSpan(first, RingHash.Words).Fill((ushort)number);
            }
        }

        // No two of these 262,144 words are equal (a test says so), so the order does not depend on how the sort treats ties.
        Array.Sort(hashes, slots);
        return slots;
    }
}

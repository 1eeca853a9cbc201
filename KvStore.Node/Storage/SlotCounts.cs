namespace KvStore.Node.Storage;

/// <summary>What a slot, or a whole store, holds.</summary>
/// <param name="Keys">Keys with a value.</param>
/// <param name="Tombstones">Keys deleted and not yet purged.</param>
/// <param name="ValueBytes">Bytes of keys and values of <paramref name="Keys"/>.</param>
internal readonly record struct SlotCounts(long Keys, long Tombstones, long ValueBytes)
{
    public static SlotCounts operator +(SlotCounts left, SlotCounts right) =>
        new(left.Keys + right.Keys, left.Tombstones + right.Tombstones, left.ValueBytes + right.ValueBytes);

    public static SlotCounts operator -(SlotCounts left, SlotCounts right) =>
        new(left.Keys - right.Keys, left.Tombstones - right.Tombstones, left.ValueBytes - right.ValueBytes);
}

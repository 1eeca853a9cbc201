namespace KvStore.Node.Storage;

/// <summary>What a slot holds.</summary>
/// <param name="Keys">Keys with a value.</param>
/// <param name="Tombstones">Keys deleted and not yet purged.</param>
/// <param name="ValueBytes">Bytes of keys and values of <paramref name="Keys"/>.</param>
/// <param name="Digest">
/// Of every record except tombstones at or below the slot's floor; null while it has to be counted again (<see cref="TombstoneLedger"/>).
/// </param>
internal readonly record struct SlotCounts(long Keys, long Tombstones, long ValueBytes, SlotDigest? Digest)
{
    /// <summary>Whether it holds nothing, as far as is known: no value, no tombstone and nothing else.</summary>
    public bool IsEmpty => Keys == 0 && Tombstones == 0 && Digest == default(SlotDigest);
}

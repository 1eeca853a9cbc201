namespace KvStore.Node.Storage;

/// <summary>What a whole store holds.</summary>
/// <param name="Slots">Slots with a value or a tombstone.</param>
/// <param name="Keys">Keys with a value.</param>
/// <param name="Tombstones">Keys deleted and not yet purged.</param>
/// <param name="ValueBytes">Bytes of keys and values of <paramref name="Keys"/>.</param>
internal readonly record struct StoreTotals(int Slots, long Keys, long Tombstones, long ValueBytes);

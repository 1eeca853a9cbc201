using KvStore.Node.Registers;
using KvStore.Node.Ring;
using KvStore.Node.Storage;

namespace KvStore.Node.Replication;

/// <summary>What a replica holds of a slot, in short: two that are alike stand for the same records.</summary>
/// <param name="Digest">Null while it has to be counted again.</param>
/// <param name="Floor">What counts as promised for every absent key.</param>
internal readonly record struct SlotSummary(SlotDigest? Digest, Ballot Floor)
{
    /// <summary>Of these slots, in that order. Any thread.</summary>
    public static SlotSummary[] Of(IStore store, IReadOnlyList<ushort> numbers) =>
        [.. numbers.Zip(store.DurableFloorsOf(numbers), (number, floor) => new SlotSummary(store.CountsOf(new Slot(number)).Digest, floor))];
}

using KvStore.Node.Registers;
using KvStore.Node.Ring;

namespace KvStore.Node.Storage;

/// <summary>
/// Live keys, tombstones and bytes of every slot, kept from what each applied record replaces. A slot is written by its
/// lane only; other threads read figures that may be a moment old.
/// </summary>
internal sealed class StoreCounts
{
    private readonly SlotCounts[] _slots = new SlotCounts[Slot.Count];

    public SlotCounts Of(Slot slot) => _slots[slot.Number];

    public SlotCounts Total()
    {
        SlotCounts total = default;
        foreach (SlotCounts slot in _slots)
        {
            total += slot;
        }

        return total;
    }

    public void Replace(in Key key, in RegisterRecord previous, in RegisterRecord record) =>
        Replace(key.Slot, WeightOf(key, previous), WeightOf(key, record));

    public void Replace(Slot slot, SlotCounts previous, SlotCounts weight)
    {
        SlotCounts after = _slots[slot.Number] - previous + weight;
        Invariant.Holds(after is { Keys: >= 0, Tombstones: >= 0, ValueBytes: >= 0 });
        _slots[slot.Number] = after;
    }

    /// <summary>What one record adds to its slot.</summary>
    public static SlotCounts WeightOf(in Key key, in RegisterRecord record) => record.State switch
    {
        { Kind: RegisterKind.Value } state => new SlotCounts(1, 0, key.Length + state.Value.Length),
        { Kind: RegisterKind.Tombstone } => new SlotCounts(0, 1, 0),
        _ => default,
    };
}

using KvStore.Node.Registers;
using KvStore.Node.Ring;

namespace KvStore.Node.Storage;

/// <summary>
/// Floor, counts and digest of every slot, a function of the records applied and the floors raised, whatever their order.
/// A slot is changed by its lane only, under the lane's gate where there is one; totals may be read by any thread and be a
/// moment old.
/// </summary>
/// <param name="tombstonesListedMax">Tombstones a slot that are known one by one (<see cref="TombstoneLedger"/>).</param>
/// <param name="flaw">A mistake made on purpose, in simulation only.</param>
internal sealed class StoreCounts(int tombstonesListedMax = StoreCounts.TombstonesListedMax, ProtocolFlaw flaw = ProtocolFlaw.None)
{
    /// <summary>
    /// At about 45 bytes each, all slots together take 45 MiB at most, reached with a million tombstones; fewer make passes
    /// more frequent when many are purged.
    /// </summary>
    public const int TombstonesListedMax = 64;

    private readonly SlotFigures?[] _slots = new SlotFigures?[Slot.Count];

    public SlotCounts Of(Slot slot) => _slots[slot.Number]?.Counts ?? new SlotCounts(0, 0, 0, default(SlotDigest));

    public Ballot FloorOf(Slot slot) => _slots[slot.Number]?.Floor ?? Ballot.Zero;

    public SlotFigures? FiguresOf(Slot slot) => _slots[slot.Number];

    public StoreTotals Total()
    {
        StoreTotals total = default;
        foreach (SlotFigures? slot in _slots)
        {
            if (slot is not null && slot.Keys + slot.Tombstones > 0)
            {
                total = new StoreTotals(
                    total.Slots + 1, total.Keys + slot.Keys, total.Tombstones + slot.Tombstones, total.ValueBytes + slot.ValueBytes);
            }
        }

        return total;
    }

    public void Replace(in Key key, in RegisterRecord previous, in RegisterRecord record) =>
        Replace(key.Slot, WeightOf(key, previous), WeightOf(key, record));

    /// <summary>What the record adds to its slot.</summary>
    public RecordWeight WeightOf(in Key key, in RegisterRecord record)
    {
        RecordWeight weight = RecordWeight.Of(key, record);
        return flaw switch
        {
            ProtocolFlaw.DigestWithoutTombstones when weight.Kind == RegisterKind.Tombstone => weight with { Digest = default },
            ProtocolFlaw.DigestWithoutBallots when weight.Kind is not null => weight with { Digest = SlotDigest.Of(key, Ballot.Zero) },
            _ => weight,
        };
    }

    public void Replace(Slot slot, in RecordWeight previous, in RecordWeight weight) => At(slot).Replace(previous, weight);

    public void RaiseFloor(Slot slot, Ballot floor) => At(slot).RaiseFloor(floor);

    /// <summary>Slots whose digest has to be counted again.</summary>
    public IEnumerable<Slot> UnknownSlots()
    {
        for (int number = 0; number < _slots.Length; number++)
        {
            if (_slots[number] is { IsUnknown: true })
            {
                yield return new Slot(number);
            }
        }
    }

    public bool IsUnknown(Slot slot) => _slots[slot.Number] is { IsUnknown: true };

    /// <returns>Whether the slot's digest is unknown; from here on its tombstones are gathered for <see cref="EndRecount"/>.</returns>
    public bool BeginRecount(Slot slot) => _slots[slot.Number]!.BeginRecount();

    /// <summary>A tombstone that a pass has found, perhaps replaced or purged by now.</summary>
    public void Found(Slot slot, in RecordWeight tombstone) => _slots[slot.Number]!.Found(tombstone);

    /// <summary>The pass is complete.</summary>
    public void EndRecount(Slot slot) => _slots[slot.Number]!.EndRecount();

    /// <summary>For a store that is being read back.</summary>
    public void Restore(Slot slot, SlotFigures figures) => _slots[slot.Number] = figures;

    private SlotFigures At(Slot slot) => _slots[slot.Number] ??= new SlotFigures(tombstonesListedMax);
}

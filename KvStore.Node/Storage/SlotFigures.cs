using KvStore.Node.Registers;

namespace KvStore.Node.Storage;

/// <summary>One slot's floor, counts and digest, kept from what each applied record replaces. Not safe for two threads at once.</summary>
internal sealed class SlotFigures(int tombstonesListedMax)
{
    private SlotDigest _others;

    /// <summary>What every absent key of the slot counts as promised; tombstones at or below it are left out of the digest.</summary>
    public Ballot Floor { get; private set; }

    public long Keys { get; private set; }

    public long Tombstones { get; private set; }

    public long ValueBytes { get; private set; }

    /// <summary>The digest of what is no tombstone.</summary>
    public SlotDigest Others => _others;

    /// <summary>Null where no tombstone stands above the floor.</summary>
    public TombstoneLedger? Ledger { get; private set; }

    public bool IsUnknown => Ledger is { IsKnown: false };

    public SlotCounts Counts => new(Keys, Tombstones, ValueBytes, IsUnknown ? null : _others + (Ledger?.Digest ?? default));

    public static SlotFigures Restored(
        int tombstonesListedMax, Ballot floor, long keys, long tombstones, long valueBytes, SlotDigest others, TombstoneLedger? ledger) =>
        new(tombstonesListedMax)
        {
            Floor = floor,
            Keys = keys,
            Tombstones = tombstones,
            ValueBytes = valueBytes,
            _others = others,
            Ledger = ledger,
        };

    public void Replace(in RecordWeight previous, in RecordWeight weight)
    {
        Add(weight);
        Remove(previous);
        Invariant.Holds(Keys >= 0 && Tombstones >= 0 && ValueBytes >= 0);
        if (Tombstones == 0)
        {
            Ledger = null; // whatever was unknown of them, there are none
        }
    }

    /// <summary>A floor only rises.</summary>
    public void RaiseFloor(Ballot floor)
    {
        if (floor > Floor)
        {
            Floor = floor;
            Ledger?.RaiseFloor(floor);
        }
    }

    public bool BeginRecount()
    {
        if (IsUnknown)
        {
            Ledger!.BeginRecount();
        }

        return IsUnknown;
    }

    public void Found(in RecordWeight tombstone) => Ledger?.Found(tombstone.Ballot, tombstone.Digest);

    public void EndRecount()
    {
        // Without the ledger that was being counted there had been no tombstone left in between, and nothing is unknown by it.
        if (Ledger is { IsCounting: true })
        {
            Ledger.EndRecount(Floor);
        }
    }

    private void Add(in RecordWeight weight)
    {
        switch (weight.Kind)
        {
            case null:
                return;
            case RegisterKind.Tombstone:
                Tombstones++;
                if (weight.Ballot > Floor)
                {
                    (Ledger ??= new TombstoneLedger(tombstonesListedMax)).Add(weight.Ballot, weight.Digest);
                }

                return;
            default:
                Keys += weight.Kind == RegisterKind.Value ? 1 : 0;
                ValueBytes += weight.ValueBytes;
                _others += weight.Digest;
                return;
        }
    }

    private void Remove(in RecordWeight weight)
    {
        switch (weight.Kind)
        {
            case null:
                return;
            case RegisterKind.Tombstone:
                Tombstones--;
                if (weight.Ballot > Floor)
                {
                    Ledger!.Remove(weight.Ballot, weight.Digest);
                }

                return;
            default:
                Keys -= weight.Kind == RegisterKind.Value ? 1 : 0;
                ValueBytes -= weight.ValueBytes;
                _others -= weight.Digest;
                return;
        }
    }
}

using KvStore.Node.Ring;
using KvStore.Node.Storage;
using KvStore.Node.Topology;

namespace KvStore.Node.Replication;

/// <summary>
/// The tree over all slots that two replicas compare: <see cref="RangeCount"/> ranges of <see cref="SlotsPerRange"/> slots, of
/// which only those count that both members own. A range's digest is the sum of its slots', which are sums of what each
/// record amounts to: alike ranges hold alike records.
/// </summary>
internal static class SlotDigests
{
    public const int RangeCount = 128;

    public const int SlotsPerRange = Slot.Count / RangeCount;

    /// <summary>One digest a range.</summary>
    public static SlotDigest?[] OfRanges(IStore store, TopologySnapshot topology, MemberId one, MemberId other)
    {
        SlotDigest?[] ranges = new SlotDigest?[RangeCount];
        for (int range = 0; range < RangeCount; range++)
        {
            SlotDigest sum = default;
            foreach (SlotDigest? slot in OfSlots(store, topology, one, other, range))
            {
                sum += slot ?? default; // unknown here and known there: they differ, and the slot itself says why
            }

            ranges[range] = sum;
        }

        return ranges;
    }

    /// <summary>One digest a slot of the range; null while one has to be counted again, empty where not both own the slot.</summary>
    public static SlotDigest?[] OfSlots(IStore store, TopologySnapshot topology, MemberId one, MemberId other, int range)
    {
        SlotDigest?[] slots = new SlotDigest?[SlotsPerRange];
        for (int i = 0; i < SlotsPerRange; i++)
        {
            Slot slot = new((range * SlotsPerRange) + i);
            SlotDigest? digest = store.CountsOf(slot).Digest;
            slots[i] = digest == default(SlotDigest) || !AreOwners(topology, slot, one, other) ? default(SlotDigest) : digest;
        }

        return slots;
    }

    private static bool AreOwners(TopologySnapshot topology, Slot slot, MemberId one, MemberId other)
    {
        SlotOwners owners = topology.OwnersOf(slot);
        if (owners.IsJoint)
        {
            return false; // who joins holds less until its transfer is complete, and that makes them alike
        }

        return owners.PlaceOf(one) >= 0 && owners.PlaceOf(other) >= 0;
    }
}

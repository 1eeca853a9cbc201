using KvStore.Client;

namespace KvStore.Web.Cluster;

/// <summary>How many slots are how well covered by the members that serve.</summary>
/// <param name="Slots">All of them.</param>
/// <param name="Complete">With every owner serving.</param>
/// <param name="WithMajority">With at least a majority of their owners serving, the complete ones included.</param>
/// <param name="OwnersMin">The fewest serving owners of any slot.</param>
/// <param name="OwnersPerSlot">The most owners any slot has.</param>
internal readonly record struct SlotCoverage(int Slots, int Complete, int WithMajority, int OwnersMin, int OwnersPerSlot)
{
    public int WithoutMajority => Slots - WithMajority;

    public static SlotCoverage Of(ClusterTopology topology, IReadOnlySet<int> serving)
    {
        int slots = 0;
        int complete = 0;
        int majority = 0;
        int ownersMin = int.MaxValue;
        int ownersPerSlot = 0;
        foreach (SlotRange range in topology.Slots)
        {
            int count = range.Last - range.First + 1;
            int alive = range.Owners.Count(serving.Contains);
            slots += count;
            complete += alive == range.Owners.Length ? count : 0;
            majority += alive > range.Owners.Length / 2 ? count : 0;
            ownersMin = Math.Min(ownersMin, alive);
            ownersPerSlot = Math.Max(ownersPerSlot, range.Owners.Length);
        }

        return new SlotCoverage(slots, complete, majority, slots == 0 ? 0 : ownersMin, ownersPerSlot);
    }
}

using System.Collections.Immutable;
using KvStore.Client;

namespace KvStore.Web.Cluster;

/// <summary>How many slots a member owns.</summary>
/// <param name="First">Of how many it is the first owner.</param>
/// <param name="All">How many it holds a replica of.</param>
/// <param name="Fair">How many it would hold if all members held the same.</param>
public readonly record struct SlotShare(int First, int All, double Fair)
{
    public const int SlotCount = 16384;

    /// <summary>1 is fair; 0 for a member that owns nothing.</summary>
    public double Ratio => Fair > 0 ? All / Fair : 0;

    /// <summary>The shares of all members, by ordinal.</summary>
    public static ImmutableDictionary<int, SlotShare> Of(ClusterTopology topology)
    {
        Dictionary<int, (int First, int All)> counts = topology.Members.ToDictionary(member => member.Ordinal, _ => (0, 0));
        long replicas = 0;
        foreach (SlotRange range in topology.Slots)
        {
            int slots = range.Last - range.First + 1;
            replicas += (long)slots * range.Owners.Length;
            for (int i = 0; i < range.Owners.Length; i++)
            {
                (int first, int all) = counts.GetValueOrDefault(range.Owners[i]);
                counts[range.Owners[i]] = (first + (i == 0 ? slots : 0), all + slots);
            }
        }

        double fair = counts.Count == 0 ? 0 : (double)replicas / counts.Count;
        return counts.ToImmutableDictionary(pair => pair.Key, pair => new SlotShare(pair.Value.First, pair.Value.All, fair));
    }
}

using KvStore.Node.Ring;

namespace KvStore.Node.Coordination;

/// <summary>What clients asked for through this member.</summary>
/// <param name="Reads">Since start, of every slot.</param>
/// <param name="Writes">As <paramref name="Reads"/>.</param>
/// <param name="Hottest">Keys asked for most in the last seconds, and in how many, the first the most often.</param>
internal sealed record SlotTraffic(long[] Reads, long[] Writes, IReadOnlyList<(KeyFrequency Key, TimeSpan Over)> Hottest)
{
    public static SlotTraffic Of(IReadOnlyList<LaneTrafficReport> lanes)
    {
        long[] reads = new long[Slot.Count];
        long[] writes = new long[Slot.Count];
        foreach (LaneTrafficReport report in lanes)
        {
            for (int i = 0, slot = report.Lane; slot < Slot.Count; i++, slot += report.Lanes)
            {
                reads[slot] = report.Reads[i];
                writes[slot] = report.Writes[i];
            }
        }

        IEnumerable<(KeyFrequency Key, TimeSpan Over)> hottest = lanes
            .SelectMany(report => report.Hottest.Select(key => (Key: key, report.Over)))
            .OrderByDescending(met => met.Key.Least / Math.Max(1, met.Over.TotalMilliseconds))
            .ThenBy(met => met.Key.Key, KeyOrder.Instance);
        return new SlotTraffic(reads, writes, [.. hottest.Take(LaneTraffic.HottestMax)]);
    }
}

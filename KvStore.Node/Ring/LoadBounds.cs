namespace KvStore.Node.Ring;

/// <summary>
/// How many slots a member may own: at most 1 + ε times its share. The share is the same for everyone unless zones differ
/// in size: a zone holds at most one replica more of a slot than another does, so the members of a small zone get a larger
/// share, though never more than <see cref="ZoneSkewMax"/> times the even one. Where that is not enough, zones give way.
/// Integer arithmetic only: a bound that depends on rounding would be a table that depends on the machine.
/// </summary>
internal static class LoadBounds
{
    /// <summary>How many even shares a member of a small zone carries at most, so that replicas stay in distinct zones.</summary>
    public const int ZoneSkewMax = 2;

    private const int Millionths = 1_000_000;

    // Shares are sought in steps of 2^-20 slots.
    private const int FractionBits = 20;

    /// <summary>The bound of each member as an owner of any rank. <paramref name="zones"/> holds each member's zone number.</summary>
    public static int[] ForOwners(ReadOnlySpan<int> zones, int ownersPerSlot, double loadBound)
    {
        var sizes = new int[zones.IsEmpty ? 0 : Max(zones) + 1];
        foreach (var zone in zones)
        {
            sizes[zone]++;
        }

        var loads = ZoneLoads(sizes, ownersPerSlot);
        var bounds = new int[zones.Length];
        for (var member = 0; member < zones.Length; member++)
        {
            bounds[member] = Bound(loads[zones[member]], sizes[zones[member]], loadBound);
        }

        return bounds;
    }

    /// <summary>The bound of every member as first owner: zones have no say in it.</summary>
    public static int ForFirstOwners(int members, double loadBound) => Bound(Slot.Count, members, loadBound);

    // Not ceil((1 + ε)·share): with 200 members that is 6 % above it. But never below what a fair division needs.
    private static int Bound(long load, int members, double loadBound)
    {
        var millionths = Millionths + (long)Math.Round(loadBound * Millionths);
        var loose = load * millionths / ((long)Millionths * members);
        var needed = (load + members - 1) / members;
        return (int)Math.Min(Slot.Count, Math.Max(loose, needed));
    }

    private static long[] ZoneLoads(int[] sizes, int ownersPerSlot)
    {
        var members = sizes.Sum();
        var demand = (long)Slot.Count * ownersPerSlot;
        var fewest = ownersPerSlot / sizes.Length;
        var most = (ownersPerSlot + sizes.Length - 1) / sizes.Length;

        var floors = new long[sizes.Length];
        var ceilings = new long[sizes.Length];
        for (var zone = 0; zone < sizes.Length; zone++)
        {
            var skewed = ZoneSkewMax * demand * sizes[zone] / members;
            ceilings[zone] = Math.Min((long)Slot.Count * Math.Min(most, sizes[zone]), skewed);
            floors[zone] = Math.Min((long)Slot.Count * Math.Min(fewest, sizes[zone]), ceilings[zone]);
        }

        if (ceilings.Sum() < demand)
        {
            floors = ceilings;
            ceilings = Array.ConvertAll(sizes, size => (long)Slot.Count * size);
        }

        return Fill(sizes, floors, ceilings, demand);
    }

    // Raises one level for all members until the zones together carry the demand: each within its floor and ceiling.
    private static long[] Fill(int[] sizes, long[] floors, long[] ceilings, long demand)
    {
        long low = 0;
        var high = (long)Slot.Count << FractionBits;
        while (low < high)
        {
            var level = (low + high) / 2;
            if (AtLevel(level).Sum() >= demand)
            {
                high = level;
            }
            else
            {
                low = level + 1;
            }
        }

        return AtLevel(low);

        long[] AtLevel(long level)
        {
            var loads = new long[sizes.Length];
            for (var zone = 0; zone < sizes.Length; zone++)
            {
                loads[zone] = Math.Clamp((sizes[zone] * level) >> FractionBits, floors[zone], ceilings[zone]);
            }

            return loads;
        }
    }

    private static int Max(ReadOnlySpan<int> values)
    {
        var max = values[0];
        foreach (var value in values)
        {
            max = Math.Max(max, value);
        }

        return max;
    }
}

using KvStore.Node.Ring;

namespace KvStore.Tests.Ring;

/// <summary>Members and tables for tests of placement, and the figures that are promised of them.</summary>
internal static class Tables
{
    public const int Replication = 3;
    public const int VirtualNodes = 64;
    public const double LoadBound = 0.05;

    private static readonly ClusterId Cluster = ClusterId.FromName("tests");

    /// <summary>The first members of an endless list, dealt to zones in turn ("" when there is one zone).</summary>
    public static RingMember[] Members(int count, int zones = 1, string series = "node") =>
    [
        .. Enumerable.Range(0, count).Select(i =>
            new RingMember(MemberId.FromName(Cluster, $"{series}-{i}"), zones == 1 ? "" : $"zone-{i % zones}")),
    ];

    /// <summary>As many members in each zone as <paramref name="sizes"/> says.</summary>
    public static RingMember[] Zoned(params int[] sizes) =>
    [
        .. sizes.SelectMany((size, zone) => Enumerable.Range(0, size).Select(i =>
            new RingMember(MemberId.FromName(Cluster, $"zone-{zone}-node-{i}"), $"zone-{zone}"))),
    ];

    public static SlotTable Build(IEnumerable<RingMember> members, int replication = Replication, double loadBound = LoadBound) =>
        SlotTable.Build(members, replication, VirtualNodes, loadBound);

    public static IEnumerable<Slot> Slots() => Enumerable.Range(0, Slot.Count).Select(number => new Slot(number));

    public static RingMember[] OwnersOf(SlotTable table, Slot slot)
    {
        var owners = new RingMember[table.OwnersPerSlot];
        for (var i = 0; i < owners.Length; i++)
        {
            owners[i] = table.Members[table.Owners(slot)[i]];
        }

        return owners;
    }

    /// <summary>How many owners the slots have gained, of all they have: 1/n is the least when one of n is new.</summary>
    public static double Moved(SlotTable before, SlotTable after)
    {
        // For each member of the later table its index in the earlier one, or one that nobody has.
        var earlier = after.Members.Select(member => before.Members.IndexOf(member)).Select(i => i < 0 ? ushort.MaxValue : (ushort)i).ToArray();
        var gained = 0;
        foreach (var slot in Slots())
        {
            foreach (var owner in after.Owners(slot))
            {
                gained += before.Owners(slot).Contains(earlier[owner]) ? 0 : 1;
            }
        }

        return gained / (double)(Slot.Count * after.OwnersPerSlot);
    }

    /// <summary>The most slots a member owns over the mean, as an owner of any rank and as first owner.</summary>
    public static (double All, double First) Imbalance(SlotTable table)
    {
        var (all, first) = table.Loads();
        return (all.Max() / all.Average(), first.Max() / first.Average());
    }
}

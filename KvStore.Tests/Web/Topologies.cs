using System.Collections.Immutable;
using System.Globalization;
using KvStore.Client;

namespace KvStore.Tests.Web;

/// <summary>Topologies made up for tests, the same for the same numbers.</summary>
internal static class Topologies
{
    private const int SlotCount = 16384;

    /// <summary>Members node1, node2, ... with ordinals from 0; slot s is owned by members s, s + 1, ... around.</summary>
    public static ClusterTopology Of(int members, int replication = 3, int virtualNodes = 64, long epoch = 1)
    {
        Random random = new(members);
        return new ClusterTopology(
            "cluster",
            epoch,
            replication,
            virtualNodes,
            LoadBound: 0.05,
            [.. Enumerable.Range(0, members).Select(ordinal => Member(ordinal, virtualNodes, random))],
            [.. Enumerable.Range(0, SlotCount).Select(slot => new SlotRange(slot, slot, Owners(slot, members, replication)))]);
    }

    public static string IdOf(int ordinal) => string.Create(CultureInfo.InvariantCulture, $"id-{ordinal}");

    private static ClusterMember Member(int ordinal, int virtualNodes, Random random)
    {
        int number = ordinal + 1;
        return new ClusterMember(
            IdOf(ordinal),
            ordinal,
            $"node{number}",
            $"http://localhost:{8000 + number}",
            $"http://localhost:{9000 + number}",
            Zone: "",
            "active",
            [.. Enumerable.Range(0, virtualNodes).Select(_ => (ulong)random.NextInt64(long.MinValue, long.MaxValue))]);
    }

    private static ImmutableArray<int> Owners(int slot, int members, int replication) =>
        [.. Enumerable.Range(0, Math.Min(replication, members)).Select(i => (slot + i) % members)];
}

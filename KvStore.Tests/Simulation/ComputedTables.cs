using KvStore.Node.Ring;
using KvStore.Node.Topology;

namespace KvStore.Tests.Simulation;

/// <summary>Tables are costly to compute, and runs of one process mostly have the same members: each is computed once for all of them.</summary>
internal static class ComputedTables
{
    /// <summary>Then all are forgotten: runs whose members change again and again have ever new ones.</summary>
    private const int GroupsMax = 256;

    private static readonly Dictionary<string, OwnerGroups> Groups = [];

    public static TopologySnapshot SnapshotOf(TopologyDocument document)
    {
        string sets = $"{document.Replication} {document.VirtualNodes}: {string.Join(' ', document.Current)} > {string.Join(' ', document.Next ?? [])}";
        lock (Groups)
        {
            if (!Groups.TryGetValue(sets, out OwnerGroups? groups))
            {
                TopologySnapshot computed = new(document);
                if (Groups.Count == GroupsMax)
                {
                    Groups.Clear();
                }

                Groups.Add(sets, computed.Groups);
                return computed;
            }

            return new TopologySnapshot(document, groups);
        }
    }
}

using KvStore.Node.Topology;
using KvStore.Tests.Coordination;

namespace KvStore.Tests.Migration;

/// <summary>Topologies with a change under way, three owners a slot, of members by number.</summary>
internal static class JointTopology
{
    public static TopologySnapshot Of(int[] current, int[] next)
    {
        TopologyDocument document = Owners.Document(5, 3);
        return new TopologySnapshot(document with
        {
            Current = [.. current.Select(number => Owners.Member(number).Id)],
            Next = [.. next.Select(number => Owners.Member(number).Id)],
        });
    }
}

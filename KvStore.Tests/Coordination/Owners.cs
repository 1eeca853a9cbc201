using KvStore.Node.Ring;
using KvStore.Node.Topology;

namespace KvStore.Tests.Coordination;

/// <summary>Topologies for tests: members "node1" to "nodeN" of the cluster "test".</summary>
internal static class Owners
{
    private static readonly ClusterId Cluster = ClusterId.FromName("test");

    public static TopologySnapshot Topology(int members, int replication) => new(Document(members, replication));

    public static TopologyDocument Document(int members, int replication) =>
        TopologyDocument.First(Cluster, replication, 64, 0.05, [.. Enumerable.Range(1, members).Select(Member)]);

    public static TopologyMember Member(int number) => new(
        MemberId.FromName(Cluster, $"node{number}"),
        (ushort)number,
        $"node{number}",
        $"http://127.0.0.1:{8000 + number}",
        $"http://127.0.0.1:{9000 + number}",
        "",
        MemberState.Active);

    /// <summary>The owners of slot 0 in a cluster of that many members, all of them owners.</summary>
    public static SlotOwners Of(int replicas) => Topology(replicas, replicas).OwnersOf(new Slot(0));

    /// <summary>Slot 0 while it moves from nodes 1, 2, 3 to nodes 3, 4, 5.</summary>
    public static SlotOwners Joint()
    {
        TopologyDocument document = Document(5, 3);
        return new TopologySnapshot(document with
        {
            Current = [.. document.Members.Take(3).Select(member => member.Id)],
            Next = [.. document.Members.Skip(2).Select(member => member.Id)],
        }).OwnersOf(new Slot(0));
    }

    public static int PlaceOf(this SlotOwners owners, int number) => owners.PlaceOf(Member(number).Id);
}

using KvStore.Node;
using KvStore.Node.Ring;
using KvStore.Node.Storage;
using KvStore.Node.Topology;
using KvStore.Tests.Coordination;

namespace KvStore.Tests.Topology;

public sealed class KeptTopologyTests
{
    private static readonly NodeOptions Options = new() { Cluster = "test", Name = "node1", Replication = 3, DataDirectory = "/data" };
    private static readonly TopologyDocument First = Owners.Document(3, 3) with { ClusterName = "test" };
    private static readonly TopologyDocument Second = Succession.Begin(new TopologyChain([First]), [Owners.Member(4)], []);

    [Fact]
    public void Ordinals_come_from_names_in_whatever_order_nodes_are_met()
    {
        ClusterId cluster = ClusterId.FromName("test");
        TopologyDocument one = KeptTopology.First(Options, cluster, [Node("node1", 1), Node("node2", 2), Node("node10", 3)]);
        TopologyDocument other = KeptTopology.First(Options, cluster, [Node("node10", 3), Node("node2", 2), Node("node1", 1)]);
        Assert.Equal(TopologyCodec.Encode(one), TopologyCodec.Encode(other));
        Assert.Equal([("node1", 1), ("node2", 2), ("node10", 3)], one.Members.Select(member => (member.Name, (int)member.Ordinal)));
        Assert.All(one.Members, member => Assert.Equal(MemberState.Active, member.State));
        Assert.Equal(("test", 3, null), (one.ClusterName, one.Replication, one.Next));
    }

    [Fact]
    public void All_documents_are_read_back_in_order_with_the_cluster_s_name() => Assert.Equal(
        [(1u, "test"), (2u, "test")],
        KeptTopology.Of(ContentsOf(10, FactOf(1, First), FactOf(2, Second)), Options).Select(document => (document.Epoch.Number, document.ClusterName)));

    [Fact]
    public void A_directory_to_which_nothing_was_written_belongs_to_nobody_yet() => Assert.Empty(KeptTopology.Of(ContentsOf(0), Options));

    /// <summary>A power cut in the first write of a member that was let in at epoch 2.</summary>
    [Fact]
    public void A_directory_that_holds_no_document_with_its_member_belongs_to_nobody_yet()
    {
        StoreContents whole = ContentsOf(10, FactOf(1, First));
        Assert.Empty(KeptTopology.Of(whole with { Member = Owners.Member(7).Id }, Options with { Name = "node7" }));
        Assert.Single(KeptTopology.Of(whole, Options));
    }

    [Fact]
    public void A_damaged_or_missing_document_is_refused_with_what_to_do()
    {
        foreach (Fact[] facts in (Fact[][])
            [[], [new Fact(FactKind.Topology, 1, "{ no document"u8.ToArray())], [FactOf(1, First), FactOf(3, Second)], [FactOf(1, Second)]])
        {
            StoreRefusal refusal = Assert.Throws<StoreRefusal>(() => KeptTopology.Of(ContentsOf(10, facts), Options));
            Assert.StartsWith("The data directory /data cannot be used: ", refusal.Message, StringComparison.Ordinal);
            Assert.Contains("Put back a sound copy of the directory, or start the member on an empty one", refusal.Message, StringComparison.Ordinal);
        }
    }

    [Fact]
    public void Another_name_and_another_cluster_are_refused()
    {
        StoreContents contents = ContentsOf(10, FactOf(1, First));
        foreach (NodeOptions other in (NodeOptions[])[Options with { Name = "node2" }, Options with { Cluster = "shop" }])
        {
            StoreRefusal refusal = Assert.Throws<StoreRefusal>(() => KeptTopology.Of(contents, other));
            Assert.StartsWith(
                $"The data directory /data belongs to member node1 of cluster test, not to member {other.Name} of cluster {other.Cluster}.",
                refusal.Message,
                StringComparison.Ordinal);
        }
    }

    private static Fact FactOf(long epoch, TopologyDocument document) => new(FactKind.Topology, epoch, TopologyCodec.Encode(document));

    private static TopologyMember Node(string name, int number) => Owners.Member(number) with { Name = name, Ordinal = 0, State = MemberState.Joining };

    private static StoreContents ContentsOf(long durableLsn, params Fact[] facts) => new(First.Cluster, First.Members[0].Id, 1, 1, false, durableLsn, facts);
}

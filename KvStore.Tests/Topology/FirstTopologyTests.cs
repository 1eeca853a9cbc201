using KvStore.Node;
using KvStore.Node.Configuration;
using KvStore.Node.Ring;
using KvStore.Node.Storage;
using KvStore.Node.Topology;

namespace KvStore.Tests.Topology;

public sealed class FirstTopologyTests
{
    private static readonly NodeOptions Options = new() { Cluster = "test", Replication = 3 };

    [Fact]
    public void Identities_and_ordinals_come_from_names_in_whatever_order_they_are_listed()
    {
        TopologyDocument one = FirstTopology.Of(Options, [.. Members("node1", "node2", "node10")]);
        TopologyDocument other = FirstTopology.Of(Options, [.. Members("node10", "node2", "node1")]);
        Assert.Equal(TopologyCodec.Encode(one), TopologyCodec.Encode(other));
        Assert.Equal([("node1", 1), ("node2", 2), ("node10", 3)], one.Members.Select(member => (member.Name, (int)member.Ordinal)));
        Assert.Equal(MemberId.FromName(ClusterId.FromName("test"), "node2"), one.Members[1].Id);
        Assert.Null(one.Next);
    }

    [Fact]
    public void A_new_directory_takes_the_configured_membership()
    {
        TopologyDocument configured = FirstTopology.Of(Options, [.. Members("node1", "node2", "node3")]);
        Assert.True(FirstTopology.TryReconcile(configured, ContentsOf(configured), "/data", out TopologyDocument? inForce, out _));
        Assert.Same(configured, inForce);
    }

    [Fact]
    public void A_directory_with_data_keeps_its_membership_and_takes_new_addresses()
    {
        TopologyDocument stored = FirstTopology.Of(Options, [.. Members("node1", "node2", "node3")]);
        TopologyDocument moved = FirstTopology.Of(Options, [.. Members("node1", "node2", "node3").Select(m => m with { Grpc = "http://elsewhere:7" })]);
        Fact fact = new(FactKind.Topology, 1, TopologyCodec.Encode(stored));
        Assert.True(FirstTopology.TryReconcile(moved, ContentsOf(stored, fact), "/data", out TopologyDocument? inForce, out _));
        Assert.Equal("http://elsewhere:7", inForce.Members[2].GrpcAddress);
    }

    [Fact]
    public void Another_membership_on_existing_data_is_refused_in_words()
    {
        TopologyDocument stored = FirstTopology.Of(Options, [.. Members("node1", "node2", "node3")]);
        TopologyDocument grown = FirstTopology.Of(Options, [.. Members("node1", "node2", "node3", "node4")]);
        Fact fact = new(FactKind.Topology, 1, TopologyCodec.Encode(stored));
        Assert.False(FirstTopology.TryReconcile(grown, ContentsOf(stored, fact), "/data", out _, out string? problem));
        Assert.StartsWith(
            "The configuration names another membership than the data directory /data belongs to: "
            + "members [node1, node2, node3, node4], not [node1, node2, node3].",
            problem,
            StringComparison.Ordinal);
    }

    private static IEnumerable<MemberOptions> Members(params string[] names) =>
        names.Select(name => new MemberOptions(name, $"http://{name}:8001", $"http://{name}:9001", ""));

    private static StoreContents ContentsOf(TopologyDocument document, params Fact[] facts) =>
        new(document.Cluster, document.Members[0].Id, 1, 1, false, 0, facts);
}

using KvStore.Node.Topology;
using KvStore.Tests.Coordination;

namespace KvStore.Tests.Topology;

public sealed class TopologiesTests
{
    private static readonly TopologyDocument First = Owners.Document(3, 3);
    private static readonly TopologyDocument Second = Succession.Begin(new TopologyChain([First]), [Owners.Member(4)], []);

    [Fact]
    public void Where_a_member_was_met_counts_at_later_epochs_too_and_the_documents_stay_as_they_were_decided()
    {
        Topologies topologies = new(new TopologySnapshot(First));
        List<(uint Epoch, string Address)> seen = [];
        TopologyMember known = First.Members[1];
        topologies.Changed += topology => seen.Add((topology.Epoch.Number, topology.Find(known.Id)!.GrpcAddress));
        TopologySnapshot second = new(Second);

        Assert.Equal(known, topologies.Readdress(known with { GrpcAddress = "http://elsewhere:1" }));
        Assert.Null(topologies.Readdress(known with { GrpcAddress = "http://elsewhere:1" }));
        Assert.Null(topologies.Readdress(Owners.Member(7)));
        topologies.Publish(second);

        Assert.Equal([(1u, "http://elsewhere:1"), (2u, "http://elsewhere:1")], seen);
        Assert.Equal((second.Digest, known.GrpcAddress), (topologies.Current.Digest, second.Find(known.Id)!.GrpcAddress));
    }
}

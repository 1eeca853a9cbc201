using KvStore.Client;
using KvStore.Web.Cluster;
using Xunit;

namespace KvStore.Tests.Web;

public sealed class SlotCoverageTests
{
    [Fact]
    public void Slots_are_counted_by_how_many_owners_serve()
    {
        ClusterTopology topology = Topologies.Of(4, replication: 3) with
        {
            Slots =
            [
                new SlotRange(0, 9, [0, 1, 2]),
                new SlotRange(10, 29, [1, 2, 3]),
                new SlotRange(30, 99, [0, 1, 3]),
            ],
        };

        Assert.Equal(
            new SlotCoverage(Slots: 100, Complete: 10, WithMajority: 100, OwnersMin: 2, OwnersPerSlot: 3),
            SlotCoverage.Of(topology, new HashSet<int> { 0, 1, 2 }));
        Assert.Equal(
            new SlotCoverage(Slots: 100, Complete: 0, WithMajority: 80, OwnersMin: 1, OwnersPerSlot: 3),
            SlotCoverage.Of(topology, new HashSet<int> { 0, 1 }));
    }

    [Fact]
    public void Half_of_the_owners_are_no_majority()
    {
        ClusterTopology topology = Topologies.Of(2, replication: 2);

        Assert.Equal(0, SlotCoverage.Of(topology, new HashSet<int> { 0 }).WithMajority);
    }

    [Fact]
    public void Shares_count_first_owners_and_all_and_add_up()
    {
        ClusterTopology topology = Topologies.Of(3, replication: 2) with
        {
            Slots = [new SlotRange(0, 9999, [0, 1]), new SlotRange(10000, 16383, [1, 2])],
        };

        var shares = SlotShare.Of(topology);

        Assert.Equal(new SlotShare(10000, 10000, 32768 / 3.0), shares[0]);
        Assert.Equal(new SlotShare(6384, 16384, 32768 / 3.0), shares[1]);
        Assert.Equal(new SlotShare(0, 6384, 32768 / 3.0), shares[2]);
    }
}

using KvStore.Client;
using KvStore.Web.Cluster;
using KvStore.Web.Ring;
using Xunit;

namespace KvStore.Tests.Web;

public sealed class MeasureReadingsTests
{
    private static readonly ClusterTopology Topology = Topologies.Of(3);

    [Fact]
    public void Measures_of_an_address_are_read_back_and_anything_else_is_slots()
    {
        Assert.All(MeasureReadings.All, measure => Assert.Equal(measure, MeasureReadings.Parse(MeasureReadings.WordOf(measure))));
        Assert.Equal(RingMeasure.Slots, MeasureReadings.Parse("<script>"));
        Assert.Equal(RingMeasure.Slots, MeasureReadings.Parse(null));
    }

    [Fact]
    public void Each_is_compared_with_the_mean_of_those_that_are_known()
    {
        MeasureReadings readings = MeasureReadings.Of(
            ClusterSnapshot.Of(Reports.Now, [Telling(0, 100), Telling(1, 300), Reports.Silent(2)]), RingMeasure.Keys);

        Assert.Equal(200, readings.Mean);
        Assert.Equal([0.5, 1.5, 0], Enumerable.Range(0, 3).Select(readings.RatioOf));
        Assert.Equal(["100", "300", "–"], Enumerable.Range(0, 3).Select(readings.TextOf));
    }

    [Fact]
    public void Where_there_is_nothing_all_are_alike()
    {
        MeasureReadings readings = MeasureReadings.Of(ClusterSnapshot.Of(Reports.Now, [Telling(0, 0), Telling(1, 0), Telling(2, 0)]), RingMeasure.Keys);

        Assert.Equal([1, 1, 1], Enumerable.Range(0, 3).Select(readings.RatioOf));
    }

    [Fact]
    public void Hints_are_told_of_whom_they_are_for()
    {
        NodeReport keeper = Reports.Telling(0, Topology, status => status with
        {
            Peers = [status.Peers[0], status.Peers[1] with { Hints = 7, SlotsDiffering = 4 }],
        });
        ClusterSnapshot snapshot = ClusterSnapshot.Of(Reports.Now, [keeper, Telling(1, 0), Reports.Silent(2)]);

        Assert.Equal(["0", "0", "7"], Enumerable.Range(0, 3).Select(MeasureReadings.Of(snapshot, RingMeasure.Hints).TextOf));
        Assert.Equal(["4", "0", "4"], Enumerable.Range(0, 3).Select(MeasureReadings.Of(snapshot, RingMeasure.Debt).TextOf));
    }

    [Theory]
    [InlineData(3)]
    [InlineData(7)]
    [InlineData(30)]
    [InlineData(100)]
    public void Discs_of_any_measure_do_not_touch(int members)
    {
        RingLayout layout = RingLayout.Of(Topologies.Of(members));

        RingNode[] nodes = [.. layout.NodesBy(ordinal => ordinal % 3 == 0 ? 1000 : 0)];

        Assert.All(nodes, node => Assert.All(
            nodes.Where(other => other.Ordinal > node.Ordinal),
            other => Assert.True(
                Math.Sqrt(Math.Pow(node.Center.X - other.Center.X, 2) + Math.Pow(node.Center.Y - other.Center.Y, 2)) > node.Radius + other.Radius,
                $"{node.Name} touches {other.Name}")));
    }

    private static NodeReport Telling(int ordinal, long keys) => Reports.Telling(ordinal, Topology, status => status with { Keys = keys });
}

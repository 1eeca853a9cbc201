using System.Globalization;
using System.Text.RegularExpressions;
using KvStore.Client;
using KvStore.Web.Ring;
using Xunit;

namespace KvStore.Tests.Web;

public sealed partial class RingLayoutTests
{
    public static TheoryData<int> Sizes => [1, 2, 3, 5, 12, 36, 37, 64, 100, 128];

    [Fact]
    public void Positions_run_clockwise_from_the_top()
    {
        Assert.Equal("320 28", RingLayout.PointOf(0, RingLayout.BandRadius).ToString());
        Assert.Equal("612 320", RingLayout.PointOf(1UL << 62, RingLayout.BandRadius).ToString());
        Assert.Equal("320 612", RingLayout.PointOf(1UL << 63, RingLayout.BandRadius).ToString());
        Assert.Equal("28 320", RingLayout.PointOf(3UL << 62, RingLayout.BandRadius).ToString());
        Assert.Equal(("638 320", "612 320", "594 320"), RingLayout.MarkOf(1UL << 62) switch { var mark => ($"{mark.Outer}", $"{mark.OnBand}", $"{mark.Inner}") });
    }

    [Theory]
    [MemberData(nameof(Sizes))]
    public void The_stretches_of_all_members_make_the_whole_ring(int members)
    {
        RingLayout layout = RingLayout.Of(Topologies.Of(members));

        Assert.Equal(members, layout.Arcs.Length);
        Assert.Equal(1, layout.Arcs.Sum(arcs => arcs.Share), precision: 9);
        Assert.Equal(Math.Tau, layout.Arcs.Sum(arcs => AngleDrawn(arcs.Path)), tolerance: 0.05);
    }

    [Theory]
    [MemberData(nameof(Sizes))]
    public void Discs_stay_inside_the_ring_and_do_not_touch(int members)
    {
        RingLayout layout = RingLayout.Of(Topologies.Of(members));

        foreach (RingNode node in layout.Nodes)
        {
            double reach = Distance(node.Center, new RingPoint(RingLayout.Center, RingLayout.Center)) + node.Radius;
            Assert.True(reach < RingLayout.BandRadius - (RingLayout.BandWidth / 2), $"{node.Name} reaches into the ring");
            Assert.InRange(node.Radius, 4, 40);
            Assert.All(
                layout.Nodes.Where(other => other.Ordinal > node.Ordinal),
                other => Assert.True(
                    Distance(node.Center, other.Center) > node.Radius + other.Radius,
                    $"{node.Name} touches {other.Name}"));
        }
    }

    [Theory]
    [MemberData(nameof(Sizes))]
    public void What_is_drawn_is_bounded_however_many_tokens_there_are(int members)
    {
        RingLayout layout = RingLayout.Of(Topologies.Of(members));

        Assert.InRange(layout.Arcs.Sum(arcs => Stretches().Count(arcs.Path)), 1, RingLayout.StretchesMax + members);
    }

    [Theory]
    [MemberData(nameof(Sizes))]
    public void A_newcomer_has_a_disc_of_its_own_among_the_others_and_no_tokens(int members)
    {
        ClusterTopology topology = Topologies.Of(members);
        RingNewcomer newcomer = new("another", 16384 * Math.Min(3, members) / (members + 1));

        RingLayout layout = RingLayout.Of(topology, newcomer);

        RingNode node = Assert.Single(layout.Nodes, node => node.IsNewcomer);
        Assert.Equal(("another", "+"), (node.Name, node.Badge));
        Assert.Equal(node.Radius, layout.NodesBy(_ => 0.25).Single(drawn => drawn.IsNewcomer).Radius);
        Assert.All(layout.Nodes.Where(other => !other.IsNewcomer), other => Assert.True(Distance(node.Center, other.Center) > node.Radius + other.Radius, $"it touches {other.Name}"));
        Assert.True(Distance(node.Center, new RingPoint(RingLayout.Center, RingLayout.Center)) + node.Radius < RingLayout.BandRadius - (RingLayout.BandWidth / 2));
        Assert.Equal(RingLayout.Of(topology).Arcs, layout.Arcs);
        Assert.True(layout.IsOf(topology, newcomer));
        Assert.False(layout.IsOf(topology));
        Assert.False(layout.IsOf(topology, newcomer with { Slots = 1 }));
    }

    [Fact]
    public void A_newcomers_disc_is_as_large_as_what_it_would_hold()
    {
        ClusterTopology topology = Topologies.Of(4);
        double RadiusOf(int slots) => RingLayout.Of(topology, new RingNewcomer("node5", slots)).Nodes[^1].Radius;

        Assert.Equal(RingLayout.Of(topology, new RingNewcomer("node5", 12288)).MeanRadius, RadiusOf(12288), precision: 9);
        Assert.True(RadiusOf(9830) < RadiusOf(12288));
    }

    [Fact]
    public void A_stretch_belongs_to_the_member_whose_token_ends_it()
    {
        ClusterTopology topology = Topologies.Of(2);
        topology = topology with
        {
            Members =
            [
                topology.Members[0] with { Tokens = [1UL << 62] },
                topology.Members[1] with { Tokens = [3UL << 62] },
            ],
        };

        RingLayout layout = RingLayout.Of(topology);

        // From the left over the top to the right, and from the right over the bottom to the left.
        Assert.Equal(("M28 320A292 292 0 0 1 612 320", 0.5), (layout.Arcs[0].Path, layout.Arcs[0].Share));
        Assert.Equal(("M612 320A292 292 0 0 1 28 320", 0.5), (layout.Arcs[1].Path, layout.Arcs[1].Share));
        Assert.Equal(layout.Arcs[1].Path, layout.ExactPath(1));
    }

    [Fact]
    public void A_member_with_more_slots_has_a_larger_disc()
    {
        ClusterTopology topology = Topologies.Of(2, replication: 1) with
        {
            Slots = [new SlotRange(0, 9999, [0]), new SlotRange(10000, 16383, [1])],
        };

        RingLayout layout = RingLayout.Of(topology);

        Assert.True(layout.Node(0)!.Radius > layout.Node(1)!.Radius);
    }

    [Fact]
    public void The_same_topology_is_laid_out_once()
    {
        RingLayout layout = RingLayout.Of(Topologies.Of(3, epoch: 4));

        Assert.True(layout.IsOf(Topologies.Of(3, epoch: 4)));
        Assert.False(layout.IsOf(Topologies.Of(3, epoch: 5)));
    }

    private static double Distance(RingPoint a, RingPoint b) => Math.Sqrt(Math.Pow(a.X - b.X, 2) + Math.Pow(a.Y - b.Y, 2));

    private static double AngleDrawn(string path) => Stretches().Matches(path).Sum(stretch =>
    {
        double[] numbers = [.. stretch.Groups.Values.Skip(1).Select(group => double.Parse(group.Value, CultureInfo.InvariantCulture))];
        double start = Math.Atan2(numbers[0] - RingLayout.Center, RingLayout.Center - numbers[1]);
        double end = Math.Atan2(numbers[2] - RingLayout.Center, RingLayout.Center - numbers[3]);
        double angle = end - start;
        return angle < -1e-9 ? angle + Math.Tau : angle;
    });

    [GeneratedRegex(@"M([\d.-]+) ([\d.-]+)A292 292 0 0 1 ([\d.-]+) ([\d.-]+)")]
    private static partial Regex Stretches();
}

using System.Collections.Immutable;
using System.Globalization;
using System.Text.RegularExpressions;
using KvStore.Client;
using KvStore.Web.Cluster;
using KvStore.Web.Ring;
using Xunit;

namespace KvStore.Tests.Web;

public sealed partial class ChordLayoutTests
{
    public static TheoryData<int> Sizes => [3, 7, 30, 100];

    [Theory]
    [MemberData(nameof(Sizes))]
    public void Chords_go_from_disc_to_disc_and_stay_inside_the_ring(int members)
    {
        RingLayout layout = RingLayout.Of(Topologies.Of(members));
        RingFlow[] flows = [.. Enumerable.Range(2, members - 1).Select(number => new RingFlow("node1", $"node{number}", number * 1000, ""))];

        ImmutableArray<RingChord> chords = ChordLayout.Of(layout.Nodes, flows);

        Assert.Equal(Math.Min(flows.Length, ChordLayout.ChordsMax), chords.Length);
        foreach (RingChord chord in chords)
        {
            double[] numbers = [.. Numbers().Matches(chord.Path).Select(number => double.Parse(number.Value, CultureInfo.InvariantCulture))];
            Assert.True(Distance(numbers[0], numbers[1], layout.Node(0)!.Center) < layout.Node(0)!.Radius + 5, $"{chord.Flow} does not begin at its disc");
            RingNode to = layout.Nodes.Single(node => node.Name == chord.Flow.To);
            Assert.InRange(Distance(numbers[4], numbers[5], to.Center), to.Radius, to.Radius + 10);
            for (int i = 0; i < numbers.Length; i += 2)
            {
                double reach = Distance(numbers[i], numbers[i + 1], new RingPoint(RingLayout.Center, RingLayout.Center));
                Assert.True(reach < RingLayout.BandRadius - (RingLayout.BandWidth / 2), $"{chord.Flow} leaves the ring");
            }
        }
    }

    [Fact]
    public void Two_that_give_to_each_other_have_two_chords()
    {
        RingLayout layout = RingLayout.Of(Topologies.Of(3));

        ImmutableArray<RingChord> chords = ChordLayout.Of(layout.Nodes, [new RingFlow("node1", "node2", 5, ""), new RingFlow("node2", "node1", 5, "")]);

        Assert.Equal(2, chords.Select(chord => Numbers().Matches(chord.Path)[2].Value).Distinct().Count());
    }

    [Fact]
    public void Who_gives_more_has_a_wider_chord_and_unknown_members_have_none()
    {
        RingLayout layout = RingLayout.Of(Topologies.Of(3));

        ImmutableArray<RingChord> chords = ChordLayout.Of(
            layout.Nodes, [new RingFlow("node1", "node2", 10, ""), new RingFlow("node3", "node2", 1000, ""), new RingFlow("gone", "node2", 9, "")]);

        Assert.Equal(["node3", "node1"], chords.Select(chord => chord.Flow.From));
        Assert.True(chords[0].Width > chords[1].Width);
    }

    [Fact]
    public void What_would_move_to_a_newcomer_goes_to_its_disc()
    {
        ChangePlan plan = Plans.Join("node4", new ChangeMove("node1", "node4", 20, 3, 2048), new ChangeMove("node2", "node4", 10, 1, 512));
        RingLayout layout = RingLayout.Of(Topologies.Of(3), RingNewcomer.Of(plan, Topologies.Of(3)));

        ImmutableArray<RingChord> chords = ChordLayout.Of(layout.Nodes, ChordLayout.Planned(plan));

        Assert.Equal(
            [new RingFlow("node1", "node4", 2048, "20 slots, about 3 keys, 2.00 KiB"), new RingFlow("node2", "node4", 512, "10 slots, about 1 keys, 512 B")],
            chords.Select(chord => chord.Flow));
    }

    [Fact]
    public void What_moves_is_what_those_say_who_take_over()
    {
        ClusterTopology topology = Topologies.Of(3);
        ClusterSnapshot snapshot = ClusterSnapshot.Of(
            Reports.Now,
            [
                Reports.Telling(0, topology, status => status with
                {
                    Migration = new MigrationStatus { IsMoving = true, Sources = [new MigrationSource("node2", 3, 2048)] },
                }),
                Reports.Telling(1, topology, status => status with { Migration = new MigrationStatus { Sources = [new MigrationSource("node3", 3, 2048)] } }),
            ]);

        Assert.Equal([new RingFlow("node2", "node1", 2048, "2.00 KiB so far, 3 keys")], ChordLayout.MovingIn(snapshot));
    }

    private static double Distance(double x, double y, RingPoint to) => Math.Sqrt(Math.Pow(x - to.X, 2) + Math.Pow(y - to.Y, 2));

    [GeneratedRegex(@"-?\d+(\.\d+)?")]
    private static partial Regex Numbers();
}

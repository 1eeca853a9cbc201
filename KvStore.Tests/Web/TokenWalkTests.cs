using System.Globalization;
using System.Text.RegularExpressions;
using KvStore.Client;
using KvStore.Web.Ring;
using Xunit;

namespace KvStore.Tests.Web;

public sealed partial class TokenWalkTests
{
    public static TheoryData<int> Sizes => [1, 3, 7, 30, 100];

    [Fact]
    public void Who_comes_first_is_whose_token_ends_the_stretch()
    {
        ClusterTopology topology = Topologies.Of(3);
        topology = topology with
        {
            Members =
            [
                topology.Members[0] with { Tokens = [1UL << 62] },
                topology.Members[1] with { Tokens = [1UL << 63] },
                topology.Members[2] with { Tokens = [3UL << 62] },
            ],
        };

        TokenWalk walk = TokenWalk.Of(topology, ranks: 3, parts: 4);

        Assert.Equal([0, 1, 2, 0], walk.Owners[0]);
        Assert.Equal([1, 2, 0, 1], walk.Owners[1]);
        Assert.Equal([2, 0, 1, 2], walk.Owners[2]);
        Assert.Equal([(0, 1, 0), (1, 2, 1), (2, 3, 2), (3, 4, 0)], walk.Runs(0));
    }

    [Theory]
    [MemberData(nameof(Sizes))]
    public void Nobody_comes_twice_from_the_same_place(int members)
    {
        TokenWalk walk = TokenWalk.Of(Topologies.Of(members), ranks: 3, parts: 720);

        Assert.Equal(Math.Min(3, members), walk.Owners.Length);
        for (int part = 0; part < walk.Parts; part++)
        {
            Assert.Equal(walk.Owners.Length, walk.Owners.Select(rank => rank[part]).Distinct().Count());
        }
    }

    [Theory]
    [MemberData(nameof(Sizes))]
    public void Every_circle_of_the_bands_is_whole_and_they_fill_the_band_without_touching(int members)
    {
        ClusterTopology topology = Topologies.Of(members);

        RingBand[] bands = [.. RingBands.Of(topology)];

        Assert.Equal(Enumerable.Range(1, Math.Min(3, members)), bands.Select(band => band.Rank).Distinct().Order());
        foreach (IGrouping<int, RingBand> circle in bands.GroupBy(band => band.Rank))
        {
            // Arcs of more than half the circle are drawn in halves; ends are where the next begins.
            string[] starts = [.. circle.SelectMany(band => Arcs().Matches(band.Path).Select(arc => arc.Groups["from"].Value)).Order()];
            string[] ends = [.. circle.SelectMany(band => Arcs().Matches(band.Path).Select(arc => arc.Groups["to"].Value)).Order()];
            Assert.Equal(starts, ends);
        }

        double[] radii = [.. bands.GroupBy(band => band.Rank).OrderBy(circle => circle.Key).Select(circle => Radius(circle.First()))];
        Assert.All(radii.Zip(radii.Skip(1)), pair => Assert.True(pair.First - pair.Second > bands[0].Width, "circles touch"));
        Assert.True(radii[0] + (bands[0].Width / 2) <= RingLayout.BandRadius + (RingLayout.BandWidth / 2) + 1e-6);
        Assert.True(radii[^1] - (bands[0].Width / 2) >= RingLayout.BandRadius - (RingLayout.BandWidth / 2) - 1e-6);
        Assert.InRange(bands.Sum(band => band.Path.Length), 1, 250_000);
    }

    [Theory]
    [MemberData(nameof(Sizes))]
    public void The_lines_of_all_members_together_are_the_whole_ring(int members)
    {
        IReadOnlyDictionary<int, string> lines = StripLayout.Of(Topologies.Of(members));

        int[] covered = new int[StripLayout.Width];
        foreach (Match run in lines.Values.SelectMany(line => Runs().Matches(line)))
        {
            for (int x = Number(run, "from"); x < Number(run, "to"); x++)
            {
                covered[x]++;
            }
        }

        Assert.Equal(members, lines.Count);
        Assert.All(covered, count => Assert.Equal(1, count));
    }

    private static double Radius(RingBand band) => double.Parse(Arcs().Match(band.Path).Groups["radius"].Value, CultureInfo.InvariantCulture);

    private static int Number(Match match, string group) => int.Parse(match.Groups[group].Value, CultureInfo.InvariantCulture);

    [GeneratedRegex(@"M(?<from>[\d.-]+ [\d.-]+)A(?<radius>[\d.-]+) [\d.-]+ 0 0 1 (?<to>[\d.-]+ [\d.-]+)")]
    private static partial Regex Arcs();

    [GeneratedRegex(@"M(?<from>\d+) 5H(?<to>\d+)")]
    private static partial Regex Runs();
}

using System.Collections.Immutable;
using System.Text;
using KvStore.Client;

namespace KvStore.Web.Ring;

/// <summary>A circle for each replica: outside who comes first from there, then who comes second, then third.</summary>
internal static class RingBands
{
    /// <summary>More circles than these could not be told apart.</summary>
    public const int RanksMax = 5;

    /// <summary>Parts of the circle that can be seen, with a circle for each of three replicas.</summary>
    public const int Parts = 720;

    private const double Gap = 1.6;

    public static ImmutableArray<RingBand> Of(ClusterTopology topology)
    {
        TokenWalk walk = TokenWalk.Of(topology, Math.Min(RanksMax, topology.Replication), Parts);
        int ranks = walk.Owners.Length;
        double each = ranks == 0 ? 0 : (RingLayout.BandWidth - (Gap * (ranks - 1))) / ranks;
        double outside = RingLayout.BandRadius + (RingLayout.BandWidth / 2);
        return
        [
            .. from rank in Enumerable.Range(0, ranks)
               let radius = outside - (each / 2) - (rank * (each + Gap))
               from member in walk.Runs(rank).GroupBy(run => run.Ordinal)
               select new RingBand(member.Key, rank + 1, PathOf(member, radius), each),
        ];
    }

    private static string PathOf(IEnumerable<(int From, int To, int Ordinal)> runs, double radius)
    {
        StringBuilder path = new();
        foreach ((int from, int to, int _) in runs)
        {
            RingLayout.AppendArc(path, Math.Tau * from / Parts, Math.Tau * to / Parts, radius);
        }

        return path.ToString();
    }
}

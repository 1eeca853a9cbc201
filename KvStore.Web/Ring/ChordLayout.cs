using System.Collections.Immutable;
using KvStore.Client;
using KvStore.Web.Cluster;
using KvStore.Web.Display;

namespace KvStore.Web.Ring;

/// <summary>
/// Flows between members as chords of the ring. Two members that give to each other have two chords, each bent to its right.
/// </summary>
internal static class ChordLayout
{
    /// <summary>The largest are drawn; the table has them all.</summary>
    public const int ChordsMax = 120;

    private const double WidthMin = 1.5;
    private const double WidthMax = 9;
    private const double Aside = 16;
    private const double Bend = 0.6;
    private const double EndGap = 7;

    public static ImmutableArray<RingChord> Of(ImmutableArray<RingNode> nodes, IEnumerable<RingFlow> flows)
    {
        Dictionary<string, RingNode> byName = nodes.DistinctBy(node => node.Name).ToDictionary(node => node.Name);
        RingFlow[] drawn =
        [
            .. flows.Where(flow => flow.From != flow.To && byName.ContainsKey(flow.From) && byName.ContainsKey(flow.To))
                .OrderByDescending(flow => flow.Bytes).Take(ChordsMax),
        ];
        long most = drawn.Length == 0 ? 0 : drawn[0].Bytes;
        return [.. drawn.Select(flow => Chord(flow, byName[flow.From], byName[flow.To], most))];
    }

    /// <summary>What moves now, by what the members that take over say.</summary>
    public static ImmutableArray<RingFlow> MovingIn(ClusterSnapshot snapshot) =>
    [
        .. from status in snapshot.Told
           where status.Migration.IsMoving
           from source in status.Migration.Sources
           select new RingFlow(source.Name, status.Name, source.Bytes, $"{Figures.Bytes(source.Bytes)} so far, {Figures.Count(source.Keys)} keys"),
    ];

    /// <summary>What a change would move.</summary>
    public static ImmutableArray<RingFlow> Planned(ChangePlan plan) =>
    [
        .. plan.Moves.Select(move => new RingFlow(
            move.From, move.To, move.Bytes, $"{Figures.Count(move.Slots)} slots, about {Figures.Count(move.Keys)} keys, {Figures.Bytes(move.Bytes)}")),
    ];

    private static RingChord Chord(RingFlow flow, RingNode from, RingNode to, long most)
    {
        double x = RingLayout.Center + ((((from.Center.X + to.Center.X) / 2) - RingLayout.Center) * Bend);
        double y = RingLayout.Center + ((((from.Center.Y + to.Center.Y) / 2) - RingLayout.Center) * Bend);
        (double across, double along, double length) = Direction(from.Center, to.Center);
        RingPoint bend = new(x - (along / length * Aside), y + (across / length * Aside));
        RingPoint start = Shortened(bend, from.Center, from.Radius + 2);
        RingPoint end = Shortened(bend, to.Center, to.Radius + EndGap);
        double width = most <= 0 ? WidthMin : WidthMin + ((WidthMax - WidthMin) * Math.Sqrt((double)flow.Bytes / most));
        return new RingChord(flow, from.Ordinal, $"M{start}Q{bend} {end}", width);
    }

    /// <summary>A point before another, on the way to it.</summary>
    private static RingPoint Shortened(RingPoint from, RingPoint to, double by)
    {
        (double across, double along, double length) = Direction(from, to);
        return new RingPoint(to.X - (across / length * by), to.Y - (along / length * by));
    }

    private static (double X, double Y, double Length) Direction(RingPoint from, RingPoint to)
    {
        (double x, double y) = (to.X - from.X, to.Y - from.Y);
        return (x, y, Math.Max(1e-6, Math.Sqrt((x * x) + (y * y))));
    }
}

using System.Collections.Immutable;
using System.Text;
using KvStore.Client;
using KvStore.Web.Cluster;
using KvStore.Web.Display;

namespace KvStore.Web.Ring;

/// <summary>
/// How the ring is drawn, from 1 to 100 members and more. Position 0 is at the top and positions grow clockwise, as on a
/// clock. Outside are the tokens: each stretch of the ring has the colour of the member whose token ends it, the one that a
/// slot standing there walks to first. Inside are the members, as discs whose areas are their shares of the slots.
/// A node that would join stands last, at the left of the top.
/// A pure function of the topology, of who would join, and of what the discs are to show.
/// </summary>
internal sealed class RingLayout
{
    public const double Size = 640;
    public const double Center = Size / 2;
    public const double BandRadius = 292;
    public const double BandWidth = 36;

    /// <summary>Stretches drawn, at most: what is thinner than this many parts of the circle cannot be seen.</summary>
    public const int StretchesMax = 1440;

    private const double NodesRadius = 186;
    private const double NodesRadiusOuter = 240;
    private const double NodesRadiusInner = 203;
    private const int NodesInOneRow = 36;
    private const int LabelsMax = 16;
    private const double NodeRadiusMax = 30;
    private const double RoomUsed = 0.38;
    private const double ScaleMin = 0.5;
    private const double ScaleMax = 1.25;
    private const double NodeRadiusForBadge = 8;
    private const double LabelGap = 15;
    private const double Bend = 0.3;
    private const double MarkReach = 8;

    private readonly (ulong Position, int Ordinal)[] _tokens;

    // Where members stand, with the radius of one that has as much as all others.
    private readonly ImmutableArray<RingNode> _anchors;

    private readonly RingNewcomer? _newcomer;
    private readonly double _newcomerRatio;

    private RingLayout(ClusterTopology topology, RingNewcomer? newcomer)
    {
        _newcomer = newcomer;
        Epoch = topology.Epoch;
        ClusterId = topology.ClusterId;
        _tokens = [.. topology.Members.SelectMany(member => member.Tokens.Select(token => (token, member.Ordinal))).Order()];
        Arcs = ArcsOf(topology.Members, _tokens);
        _anchors = AnchorsOf(topology.Members, newcomer);
        ImmutableDictionary<int, SlotShare> shares = SlotShare.Of(topology);
        double mean = shares.Values.Select(share => (double)share.All).DefaultIfEmpty(0).Average();
        _newcomerRatio = newcomer is null || mean <= 0 ? 1 : newcomer.Slots / mean;
        Nodes = NodesBy(ordinal => shares[ordinal].Ratio);
    }

    public long Epoch { get; }

    public string ClusterId { get; }

    public ImmutableArray<RingArcs> Arcs { get; }

    public ImmutableArray<RingNode> Nodes { get; }

    public static RingLayout Of(ClusterTopology topology, RingNewcomer? newcomer = null) => new(topology, newcomer);

    /// <summary>Whether it is this topology's, with this newcomer.</summary>
    public bool IsOf(ClusterTopology topology, RingNewcomer? newcomer = null) =>
        Epoch == topology.Epoch && ClusterId == topology.ClusterId && _newcomer == newcomer;

    /// <summary>The radius of the disc of a member that has as much as the mean.</summary>
    public double MeanRadius => _anchors[0].Radius;

    /// <summary>The members with discs whose areas are what they have to the mean, as far as there is room.</summary>
    /// <param name="ratioOf">By ordinal; 1 is the mean. A newcomer has nothing yet, and is as large as the slots that it would hold.</param>
    public ImmutableArray<RingNode> NodesBy(Func<int, double> ratioOf) =>
        [.. _anchors.Select(anchor => Scaled(anchor, anchor.IsNewcomer ? _newcomerRatio : ratioOf(anchor.Ordinal), _anchors.Length <= LabelsMax))];

    /// <summary>Every stretch of one member, however thin: for the one that is looked at.</summary>
    public string ExactPath(int ordinal)
    {
        StringBuilder path = new();
        foreach ((double start, double end, int _) in Exact(_tokens).Where(stretch => stretch.Ordinal == ordinal))
        {
            AppendArc(path, start, end);
        }

        return path.ToString();
    }

    public RingNode? Node(int ordinal) => Nodes.FirstOrDefault(node => node.Ordinal == ordinal);

    /// <summary>Where a position of the ring is, at a distance from the centre.</summary>
    public static RingPoint PointOf(ulong position, double radius) => PointAt(AngleOf(position), radius);

    /// <summary>How a position is marked: on the band, and by a line from outside of it to inside.</summary>
    public static (RingPoint Outer, RingPoint OnBand, RingPoint Inner) MarkOf(ulong position) =>
        (PointOf(position, BandRadius + (BandWidth / 2) + MarkReach), PointOf(position, BandRadius), PointOf(position, BandRadius - (BandWidth / 2)));

    /// <summary>Radians clockwise from the top.</summary>
    public static double AngleOf(ulong position) => position / Math.Pow(2, 64) * Math.Tau;

    /// <summary>A way between two points that bends towards the centre, so as not to run over the discs between them.</summary>
    public static string CurveOf(RingPoint from, RingPoint to)
    {
        double x = Center + (((from.X + to.X) / 2) - Center) * Bend;
        double y = Center + (((from.Y + to.Y) / 2) - Center) * Bend;
        return $"M{from}Q{new RingPoint(x, y)} {to}";
    }

    private static RingPoint PointAt(double angle, double radius) =>
        new(Center + (radius * Math.Sin(angle)), Center - (radius * Math.Cos(angle)));

    private static ImmutableArray<RingArcs> ArcsOf(ImmutableArray<ClusterMember> members, (ulong Position, int Ordinal)[] tokens)
    {
        Dictionary<int, StringBuilder> paths = members.ToDictionary(member => member.Ordinal, _ => new StringBuilder());
        foreach ((double start, double end, int ordinal) in tokens.Length <= StretchesMax ? Exact(tokens) : Sampled(tokens))
        {
            AppendArc(paths[ordinal], start, end);
        }

        Dictionary<int, double> shares = SharesOf(tokens);
        return
        [
            .. members.Select(member => new RingArcs(
                member.Ordinal,
                paths[member.Ordinal].ToString(),
                shares.GetValueOrDefault(member.Ordinal),
                member.Tokens.Length)),
        ];
    }

    private static Dictionary<int, double> SharesOf((ulong Position, int Ordinal)[] tokens)
    {
        Dictionary<int, double> shares = [];
        for (int i = 0; i < tokens.Length; i++)
        {
            // The subtraction wraps around as the ring does.
            ulong length = tokens[i].Position - tokens[i == 0 ? ^1 : i - 1].Position;
            double share = tokens.Length == 1 ? 1 : length / Math.Pow(2, 64);
            shares[tokens[i].Ordinal] = shares.GetValueOrDefault(tokens[i].Ordinal) + share;
        }

        return shares;
    }

    private static IEnumerable<(double Start, double End, int Ordinal)> Exact((ulong Position, int Ordinal)[] tokens)
    {
        for (int i = 0; i < tokens.Length; i++)
        {
            double end = AngleOf(tokens[i].Position);
            double start = i > 0 ? AngleOf(tokens[i - 1].Position) : AngleOf(tokens[^1].Position) - Math.Tau;
            yield return (start, end, tokens[i].Ordinal);
        }
    }

    // Too many to see: the circle in equal parts, each with the colour of the stretch in its middle.
    private static IEnumerable<(double Start, double End, int Ordinal)> Sampled((ulong Position, int Ordinal)[] tokens)
    {
        const double Part = Math.Tau / StretchesMax;
        int next = 0;
        int runStart = 0;
        int? runOrdinal = null;
        for (int part = 0; part < StretchesMax; part++)
        {
            double middle = (part + 0.5) * Part;
            while (next < tokens.Length && AngleOf(tokens[next].Position) < middle)
            {
                next++;
            }

            int ordinal = tokens[next % tokens.Length].Ordinal;
            if (runOrdinal is { } open && open != ordinal)
            {
                yield return (runStart * Part, part * Part, open);
                runStart = part;
            }

            runOrdinal = ordinal;
        }

        yield return (runStart * Part, Math.Tau, runOrdinal!.Value);
    }

    private static void AppendArc(StringBuilder path, double start, double end) => AppendArc(path, start, end, BandRadius);

    /// <summary>Adds an arc to a path, clockwise between two angles.</summary>
    internal static void AppendArc(StringBuilder path, double start, double end, double distance)
    {
        // An arc whose ends meet would be drawn as nothing, so a long one is drawn in halves.
        if (end - start > Math.PI)
        {
            double middle = (start + end) / 2;
            AppendArc(path, start, middle, distance);
            AppendArc(path, middle, end, distance);
            return;
        }

        string radius = RingPoint.Text(distance);
        path.Append($"M{PointAt(start, distance)}A{radius} {radius} 0 0 1 {PointAt(end, distance)}");
    }

    private static ImmutableArray<RingNode> AnchorsOf(ImmutableArray<ClusterMember> members, RingNewcomer? newcomer)
    {
        ImmutableDictionary<int, string> badges = MemberBadge.Of(members);
        List<(int Ordinal, string Name, string Badge)> drawn = [.. members.Select(member => (member.Ordinal, member.Name, badges[member.Ordinal]))];
        if (newcomer is not null)
        {
            drawn.Add((RingNewcomer.Ordinal, newcomer.Name, RingNewcomer.Badge));
        }

        int count = drawn.Count;
        bool isOneRow = count <= NodesInOneRow;

        // Neighbours in a row must not touch; with two rows, every second member stands in the inner one,
        // and an odd number leaves a place free, where two of a row would meet.
        int places = isOneRow ? count : count + (count % 2);
        double room = isOneRow ? Math.Tau * NodesRadius / places : Math.Tau * NodesRadiusInner / (places / 2);
        double radius = Math.Min(NodeRadiusMax, room * RoomUsed);
        return
        [
            .. drawn.Select((member, index) =>
            {
                double angle = Math.Tau * index / places;
                double distance = count == 1 ? 0 : isOneRow ? NodesRadius : index % 2 == 0 ? NodesRadiusOuter : NodesRadiusInner;
                return new RingNode(member.Ordinal, member.Name, member.Badge, PointAt(angle, distance), radius, Label: null, ShowsBadge: false);
            }),
        ];
    }

    private static RingNode Scaled(RingNode anchor, double ratio, bool hasLabel)
    {
        double own = anchor.Radius * Math.Clamp(Math.Sqrt(ratio), ScaleMin, ScaleMax);
        return anchor with
        {
            Radius = own,
            Label = hasLabel ? anchor.Center with { Y = anchor.Center.Y + own + LabelGap } : null,
            ShowsBadge = own >= NodeRadiusForBadge,
        };
    }
}

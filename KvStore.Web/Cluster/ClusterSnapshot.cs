using System.Collections.Immutable;
using KvStore.Client;
using KvStore.Web.Display;

namespace KvStore.Web.Cluster;

/// <summary>
/// Everything the page shows, at one moment: immutable, the same for all who look. A pure function of what the nodes said.
/// </summary>
public sealed record ClusterSnapshot(
    DateTimeOffset At,
    ClusterTopology? Topology,
    ImmutableArray<MemberView> Members,
    ClusterHealth Health)
{
    public static readonly ClusterSnapshot Empty = Of(DateTimeOffset.UnixEpoch, []);

    /// <summary>Operations a second that all members together coordinate; null until one is known.</summary>
    public OperationRates? Rates
    {
        get
        {
            ImmutableArray<OperationRates> known = [.. Members.Select(member => member.Rates).OfType<OperationRates>()];
            return known.IsEmpty
                ? null
                : new OperationRates(known.Sum(rates => rates.Reads), known.Sum(rates => rates.Writes), known.Sum(rates => rates.Failures));
        }
    }

    /// <summary>The last two minutes, the newest last.</summary>
    public ImmutableArray<ClusterMoment> History { get; init; } = [];

    /// <summary>How long reads and writes took in the last seconds, wherever they were coordinated.</summary>
    public LatencyHistogram Times => Members.Aggregate(
        LatencyHistogram.Empty, (sum, member) => sum.Plus(member.ReadTimes).Plus(member.WriteTimes));

    /// <summary>Of the members that answer, what each says of itself.</summary>
    public IEnumerable<MemberStatus> Told =>
        Members.Where(member => member.Reachability == Reachability.Reachable).Select(member => member.Status).OfType<MemberStatus>();

    /// <summary>As <see cref="Told"/>, of members alone: what a node believes of the others that they removed is no matter.</summary>
    public IEnumerable<MemberStatus> ToldByMembers => Members
        .Where(member => member.Ordinal is not null && member.Reachability == Reachability.Reachable).Select(member => member.Status).OfType<MemberStatus>();

    public MemberView? Member(int ordinal) => Members.FirstOrDefault(member => member.Ordinal == ordinal);

    /// <summary>By name; of two with the same name the one in the topology.</summary>
    public MemberView? Member(string name) => Members.FirstOrDefault(member => member.Name == name);

    internal static ClusterSnapshot Of(DateTimeOffset now, ImmutableArray<NodeReport> reports)
    {
        ClusterTopology? topology = Newest(reports);
        Dictionary<string, NodeReport> reportOf = [];
        List<NodeReport> others = [];
        foreach (NodeReport report in reports)
        {
            ClusterMember? member = topology?.Members.FirstOrDefault(candidate => report.IsAbout(candidate));
            if (member is null || !reportOf.TryAdd(member.Id, report))
            {
                others.Add(report);
            }
        }

        ImmutableArray<NodeReport> answering = [.. reports.Where(report => report.Answers)];
        ImmutableArray<MemberView> members =
        [
            .. topology is null ? [] : InTopology(topology, reportOf, answering),
            .. others.OrderBy(report => NameOf(report), NaturalOrder.Instance).Select(OutsideTopology),
        ];
        return new ClusterSnapshot(now, topology, members, ClusterHealth.Of(now, topology, members));
    }

    // Of the cluster that most nodes speak of, the newest epoch.
    private static ClusterTopology? Newest(ImmutableArray<NodeReport> reports) => reports
        .Select(report => report.Topology)
        .OfType<ClusterTopology>()
        .GroupBy(topology => topology.ClusterId)
        .OrderByDescending(cluster => cluster.Count())
        .ThenBy(cluster => cluster.Key, StringComparer.Ordinal)
        .FirstOrDefault()?
        .MaxBy(topology => topology.Epoch);

    private static Uri? AddressOrNull(string text) => Uri.TryCreate(text, UriKind.Absolute, out Uri? address) ? address : null;

    private static IEnumerable<MemberView> InTopology(
        ClusterTopology topology,
        Dictionary<string, NodeReport> reportOf,
        ImmutableArray<NodeReport> answering)
    {
        ImmutableDictionary<int, SlotShare> shares = SlotShare.Of(topology);
        ImmutableDictionary<int, string> badges = MemberBadge.Of(topology.Members);
        foreach (ClusterMember member in topology.Members)
        {
            NodeReport? report = reportOf.GetValueOrDefault(member.Id);
            ImmutableArray<Observation> observations = [.. Observations(member.Id, answering)];
            yield return new MemberView
            {
                Name = member.Name,
                Ordinal = member.Ordinal,
                Badge = badges[member.Ordinal],
                GrpcAddress = report?.Node.Address ?? AddressOrNull(member.GrpcAddress),
                Zone = member.Zone,
                TopologyState = member.State,
                Reachability = ReachabilityOf(report, observations),
                Failure = report?.Failure,
                FailingSince = report?.FailingSince,
                Status = report?.Status,
                Rates = report?.Window.Rates,
                ReadTimes = report?.Window.ReadTimes ?? LatencyHistogram.Empty,
                WriteTimes = report?.Window.WriteTimes ?? LatencyHistogram.Empty,
                Share = shares[member.Ordinal],
                Observations = observations,
            };
        }
    }

    private static MemberView OutsideTopology(NodeReport report) => new()
    {
        Name = NameOf(report),
        Ordinal = null,
        Badge = "–",
        GrpcAddress = report.Node.Address,
        Zone = "",
        TopologyState = "",
        Reachability = ReachabilityOf(report, []),
        Failure = report.Failure,
        FailingSince = report.FailingSince,
        Status = report.Status,
        Rates = report.Window.Rates,
        ReadTimes = report.Window.ReadTimes,
        WriteTimes = report.Window.WriteTimes,
        Share = default,
        Observations = [],
    };

    private static IEnumerable<Observation> Observations(string memberId, ImmutableArray<NodeReport> answering) =>
        from observer in answering.Select(report => report.Status!)
        from peer in observer.Peers
        where peer.Id == memberId && observer.Id != memberId
        select new Observation(observer.Name, peer.Connected, peer.RoundTrip, peer.LastError) { Liveness = peer.Liveness };

    private static Reachability ReachabilityOf(NodeReport? report, ImmutableArray<Observation> observations)
    {
        if (report is { Answers: true })
        {
            return Reachability.Reachable;
        }

        if (report is { WasAsked: false } || (report is null && observations.IsEmpty))
        {
            return Reachability.Waiting;
        }

        return observations.Count(seen => seen.IsConnected) > observations.Length / 2
            ? Reachability.ReachedByMembers
            : Reachability.Unreachable;
    }

    // Who is a member no more has forgotten its name.
    private static string NameOf(NodeReport report) => report.Status is { Name.Length: > 0 } status ? status.Name : report.Node.Name;
}

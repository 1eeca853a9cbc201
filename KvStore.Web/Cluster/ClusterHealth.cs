using System.Collections.Immutable;
using System.Globalization;
using KvStore.Client;

namespace KvStore.Web.Cluster;

/// <summary>How the cluster is, in one level and one sentence. A pure function of what is known.</summary>
public sealed record ClusterHealth(HealthLevel Level, string Sentence)
{
    /// <summary>Nodes that never answered are starting for so long, and unavailable after.</summary>
    public static readonly TimeSpan StartMax = TimeSpan.FromSeconds(20);

    private const int NamesMax = 3;

    /// <param name="now">When the members were looked at.</param>
    /// <param name="topology">Null while no node has told one.</param>
    /// <param name="members">Of the topology, and other nodes that are watched.</param>
    public static ClusterHealth Of(DateTimeOffset now, ClusterTopology? topology, ImmutableArray<MemberView> members)
    {
        if (topology is null)
        {
            return WithoutTopology(now, members);
        }

        ImmutableArray<MemberView> inTopology = [.. members.Where(member => member.Ordinal is not null)];
        SlotCoverage reads = SlotCoverage.Of(topology, OrdinalsOf(inTopology, member => member.ServesReads));
        SlotCoverage writes = SlotCoverage.Of(topology, OrdinalsOf(inTopology, member => member.Serves));
        string troubles = string.Join("; ", Troubles(topology, members, writes));
        if (writes.WithoutMajority > 0)
        {
            int answered = inTopology.Count(member => !IsExpected(member, now));

            // Before the first answers nothing is wrong yet.
            return answered < inTopology.Length
                ? new ClusterHealth(HealthLevel.Connecting, $"{answered} of {Counted(inTopology.Length, "member")} answered so far")
                : new ClusterHealth(HealthLevel.Unavailable, $"{Lacking(reads, writes)}; {troubles}");
        }

        return troubles.Length == 0
            ? new ClusterHealth(
                HealthLevel.Healthy,
                $"{inTopology.Length} of {Counted(inTopology.Length, "member")}, every slot has {Counted(writes.OwnersPerSlot, "replica")}")
            : new ClusterHealth(HealthLevel.Degraded, $"{troubles}; {StillCovered(writes)}");
    }

    private static ClusterHealth WithoutTopology(DateTimeOffset now, ImmutableArray<MemberView> members)
    {
        if (members.IsEmpty)
        {
            return new ClusterHealth(
                HealthLevel.Unavailable,
                "no node is configured; name their gRPC addresses in KvStore:Nodes or reference them in the AppHost");
        }

        if (members.Any(member => IsExpected(member, now)))
        {
            return new ClusterHealth(HealthLevel.Connecting, $"no answer yet from {Counted(members.Length, "node")}");
        }

        int answering = members.Count(member => member.Reachability == Reachability.Reachable);
        return answering == 0
            ? new ClusterHealth(HealthLevel.Unavailable, members.Length == 1 ? "the node does not answer" : $"none of {members.Length} nodes answers")
            : new ClusterHealth(HealthLevel.Connecting, $"{Counted(answering, "node")} answered, none of them in a cluster yet");
    }

    // Its first answer may come yet.
    private static bool IsExpected(MemberView member, DateTimeOffset now) =>
        member.Reachability == Reachability.Waiting
        || (member is { Status: null, FailingSince: { } since } && now - since < StartMax);

    private static IEnumerable<string> Troubles(
        ClusterTopology topology,
        ImmutableArray<MemberView> members,
        SlotCoverage coverage)
    {
        (string Words, Func<MemberView, bool> Applies)[] kinds =
        [
            ("unreachable", member => member.Reachability == Reachability.Unreachable && member.Ordinal is not null),
            ("not answering this page, though other members reach it", member => member.Reachability == Reachability.ReachedByMembers),
            ("not asked yet", member => member.Reachability == Reachability.Waiting && member.Ordinal is not null),
            ("read-only", member => IsInState(member, "read-only")),
            ("amnesiac: its disk holds less than it had promised", member => IsInState(member, "amnesiac")),
            ("starting", member => IsInState(member, "starting")),
            ("stopped", member => IsInState(member, "stopped")),
            ("cut off from another member", member => member.IsPartlyCutOff),
        ];
        foreach ((string words, Func<MemberView, bool> applies) in kinds)
        {
            string[] names = [.. members.Where(applies).Select(member => member.Name)];
            if (names.Length > 0)
            {
                yield return $"{Listed(names)} {words}";
            }
        }

        if (coverage.OwnersPerSlot < topology.Replication)
        {
            yield return $"{Counted(topology.Members.Length, "member")} for {Counted(topology.Replication, "replica")} a slot";
        }
    }

    private static bool IsInState(MemberView member, string state) =>
        member.Reachability == Reachability.Reachable && member.Status?.State == state;

    private static HashSet<int> OrdinalsOf(ImmutableArray<MemberView> members, Func<MemberView, bool> which) =>
        [.. members.Where(which).Select(member => member.Ordinal!.Value)];

    private static string Lacking(SlotCoverage reads, SlotCoverage writes) => (reads.WithoutMajority, writes.WithoutMajority) switch
    {
        (0, var none) => $"{SlotCount(none, writes.Slots)} can be read and not written",
        (var none, var same) when none == same => $"{SlotCount(none, writes.Slots)} {(none == 1 ? "has" : "have")} no majority",
        var (unread, unwritten) =>
            $"{SlotCount(unread, reads.Slots)} {(unread == 1 ? "has" : "have")} no majority, {SlotCount(unwritten, writes.Slots)} none to write",
    };

    private static string SlotCount(int count, int all) => count == all
        ? string.Create(CultureInfo.InvariantCulture, $"all {all:N0} slots")
        : string.Create(CultureInfo.InvariantCulture, $"{count:N0} of {all:N0} slots");

    private static string StillCovered(SlotCoverage coverage) => coverage.Complete == coverage.Slots
        ? $"every slot has {Counted(coverage.OwnersPerSlot, "replica")}"
        : "every slot still has a majority";

    private static string Counted(int count, string noun) => count == 1 ? $"1 {noun}" : $"{count} {noun}s";

    private static string Listed(string[] names) => names.Length switch
    {
        1 => names[0],
        <= NamesMax => $"{string.Join(", ", names[..^1])} and {names[^1]}",
        _ => $"{string.Join(", ", names[..NamesMax])} and {names.Length - NamesMax} more",
    };
}

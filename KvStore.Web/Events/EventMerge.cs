using System.Collections.Immutable;
using KvStore.Client;
using KvStore.Web.Cluster;
using KvStore.Web.Display;
using KvStore.Web.Faults;

namespace KvStore.Web.Events;

/// <summary>
/// One list of events out of what all members tell: each keeps a bounded list of its own, and most of what happened stands in
/// several of them. Pure.
/// </summary>
internal static class EventMerge
{
    /// <summary>The newest; older ones are left out.</summary>
    public const int EventsMax = 500;

    /// <summary>The newest first.</summary>
    public static ImmutableArray<ClusterEvent> Of(ClusterSnapshot snapshot)
    {
        Teller[] all =
        [
            .. snapshot.Members.Where(member => member is { Reachability: Reachability.Reachable, Status: not null })
                .Select(member => new Teller(member.Name, member.Status!)),
        ];

        // Members call those by their identities who are members no more; what such a one told last says who it was.
        Dictionary<string, string> nameOf = snapshot.Members.Where(member => member.Status is not null)
            .GroupBy(member => member.Status!.Id).ToDictionary(same => same.Key, same => same.First().Name);
        return
        [
            .. Liveness(all, nameOf).Concat(Topology(all)).Concat(Transfers(all)).Concat(Repairs(all, nameOf)).Concat(Faults(all))
                .OrderByDescending(entry => entry.Time).ThenBy(entry => entry.Id, StringComparer.Ordinal).Take(EventsMax),
        ];
    }

    private static IEnumerable<ClusterEvent> Liveness(Teller[] all, Dictionary<string, string> nameOf) =>
        from teller in all
        from told in teller.Status.LivenessChanges
        let change = told with { Member = nameOf.GetValueOrDefault(told.Member, told.Member), By = nameOf.GetValueOrDefault(told.By, told.By) }
        group (teller.Name, Change: change) by (change.Member, change.Liveness, change.Incarnation) into same
        let first = same.MinBy(one => one.Change.Time).Change
        select new ClusterEvent(
            $"liveness {first.Member} {first.Liveness} {first.Incarnation}",
            first.Time,
            EventKind.Liveness,
            first.Member,
            LivenessTitle(first),
            LivenessWhy(first),
            first.Liveness switch { "alive" or "refuted" => "good", "suspect" => "warn", "dead" => "bad", _ => "" },
            Names(same.Select(one => one.Name)));

    private static string LivenessTitle(LivenessChange change) => change.Liveness switch
    {
        "suspect" => $"{change.Member} is suspected",
        "dead" => $"{change.Member} is taken for dead",
        "alive" => $"{change.Member} is alive",
        "refuted" => $"{change.Member} refuted a suspicion",
        _ => $"{change.Member}: {change.Liveness}",
    };

    private static string LivenessWhy(LivenessChange change) => change.Liveness switch
    {
        "suspect" => $"{change.By} had no answer from it, neither directly nor through others.",
        "dead" => $"{change.By} said so: nobody heard it refute the suspicion in time.",
        "alive" => $"It was heard of, through {change.By}, in its incarnation {change.Incarnation}.",
        "refuted" => "It heard that it was suspected and said that it is alive.",
        _ => $"{change.By} said so.",
    };

    private static IEnumerable<ClusterEvent> Topology(Teller[] all) =>
        from teller in all
        from change in teller.Status.TopologyChanges
        group (teller.Name, Change: change) by (change.Kind, change.Epoch, change.Member, Text: change.Kind == "refused" ? change.Text : "") into told
        let first = told.MinBy(one => one.Change.Time).Change
        select new ClusterEvent(
            $"topology {first.Kind} {first.Epoch} {first.Member} {told.Key.Text}",
            first.Time,
            first.Kind switch
            {
                "joined" or "left" => EventKind.Members,
                "eviction ahead" or "evicting" or "kept" => EventKind.Evictions,
                "refused" => EventKind.Refusals,
                _ => EventKind.Epochs,
            },
            first.Member,
            TopologyTitle(first),
            TopologyWhy(first),
            first.Kind switch { "joined" => "good", "left" or "eviction ahead" or "refused" => "warn", "evicting" => "bad", _ => "" },
            Names(told.Select(one => one.Name)));

    private static string TopologyTitle(TopologyChange change) => change.Kind switch
    {
        "joined" => $"{change.Member} joined",
        "left" => $"{change.Member} is a member no more",
        "epoch decided" => $"Epoch {change.Epoch} was decided",
        "eviction ahead" => $"{change.Member} is to be removed",
        "evicting" => $"{change.Member} is being removed",
        "kept" => $"{change.Member} is kept",
        "place kept" => $"{change.Member} is to be replaced",
        "refused" => "A node was refused",
        _ => change.Kind,
    };

    private static string TopologyWhy(TopologyChange change) => change.Kind switch
    {
        "joined" => $"Epoch {change.Epoch} was decided with it: {change.Text}.",
        "left" => $"Epoch {change.Epoch} was decided without it: {change.Text}.",
        "epoch decided" when change.Text.StartsWith("joint", StringComparison.Ordinal) =>
            $"The owners of slots change: {change.Text}. Old and new ones decide together until the new ones hold what they need.",
        "place kept" => $"Its place is kept {change.Text}.",
        "epoch decided" when change.Text.EndsWith("let in", StringComparison.Ordinal) =>
            $"{Sentence(change.Text)}. Who was let in owns slots as soon as it is linked to the others.",
        _ => $"{Sentence(change.Text)}.",
    };

    private static IEnumerable<ClusterEvent> Transfers(Teller[] all)
    {
        IEnumerable<(string Name, PastChange Change)> every = all.SelectMany(teller => teller.Status.Changes.Select(change => (teller.Name, change)));
        foreach (IGrouping<uint, (string Name, PastChange Change)> told in every.GroupBy(one => one.Change.Epoch))
        {
            PastChange first = told.MinBy(one => one.Change.Began).Change;
            string who = Who(first);
            ImmutableArray<string> names = Names(told.Select(one => one.Name));
            yield return new ClusterEvent(
                $"transfer {first.Epoch} began", first.Began, EventKind.Transfers, Only(first), $"Slots began to move in epoch {first.Epoch}", $"{who}.", "warn", names);
            (string Name, PastChange Change)[] ended = [.. told.Where(one => one.Change.Took is not null)];
            if (ended.Length > 0)
            {
                PastChange last = ended.MinBy(one => one.Change.Took).Change;
                yield return new ClusterEvent(
                    $"transfer {first.Epoch} ended",
                    last.Began + last.Took!.Value,
                    EventKind.Transfers,
                    Only(first),
                    last.IsGivenUp ? $"The change of epoch {first.Epoch} was given up" : $"Slots of epoch {first.Epoch} have moved",
                    $"{who}. It took {Figures.Duration(last.Took.Value)}; {Figures.Count(told.Sum(one => one.Change.Keys))} records, "
                        + $"{Figures.Bytes(told.Sum(one => one.Change.Bytes))} were taken over.",
                    last.IsGivenUp ? "warn" : "good",
                    Names(ended.Select(one => one.Name)));
            }
        }
    }

    // Each is told by the member that did it, and by no other.
    private static IEnumerable<ClusterEvent> Repairs(Teller[] all, Dictionary<string, string> nameOf) =>
        from teller in all
        from told in teller.Status.Upkeep.Repairs
        let sum = told with { Member = nameOf.GetValueOrDefault(told.Member, told.Member) }
        let what = $"{Figures.Count(sum.Keys)} {(sum.Keys == 1 ? "key" : "keys")} of {Figures.Count(sum.Slots)} {(sum.Slots == 1 ? "slot" : "slots")}"
        select new ClusterEvent(
            $"repair {teller.Name} {sum.Kind} {sum.Member} {sum.From.ToUnixTimeMilliseconds()}",
            sum.Last,
            EventKind.Repairs,
            sum.Member,
            sum.Kind switch
            {
                "read" when sum.Member == teller.Name => $"{teller.Name} learned {what} from the others",
                "read" => $"{teller.Name} taught {sum.Member} {what}",
                "hint" => $"{teller.Name} gave {sum.Member} {what} that it had kept for it",
                _ => $"{teller.Name} repaired {what} with {sum.Member}",
            },
            sum.Kind switch
            {
                "read" when sum.Member == teller.Name => "Reads through it saw that it had itself missed writes of them. Within one minute.",
                "read" => $"Reads through {teller.Name} saw that {sum.Member} had missed writes of them. Within one minute.",
                "hint" => $"{sum.Member} had not acknowledged writes of them in time: {teller.Name} kept them as hints and sent them when it was back. Within one minute.",
                _ => "The digests of these slots differed at both; each key was read from all of its replicas and brought together. Within one minute.",
            },
            "",
            [teller.Name]);

    // Each is told by the member that it is about, and by no other.
    private static IEnumerable<ClusterEvent> Faults(Teller[] all)
    {
        foreach ((Teller teller, NetworkFault fault) in all.SelectMany(teller => teller.Status.PastFaults.Concat(teller.Status.Faults).Select(fault => (teller, fault))))
        {
            string id = $"fault {teller.Name} {fault.Id}";
            string sentence = new StandingFault(teller.Name, fault).Sentence;
            yield return new ClusterEvent(
                $"{id} began",
                fault.Began,
                EventKind.Faults,
                teller.Name,
                $"Fault {fault.Id} of {teller.Name} is on",
                $"Somebody asked for it: {sentence}. It ends by itself if nobody undoes it.",
                "warn",
                [teller.Name]);
            if (fault.Ended is { } ended)
            {
                yield return new ClusterEvent(
                    $"{id} ended",
                    ended,
                    EventKind.Faults,
                    teller.Name,
                    $"Fault {fault.Id} of {teller.Name} is over",
                    $"{(fault.IsUndone ? "Somebody undid it" : "It ended by itself")}, {Figures.Duration(ended - fault.Began)} after it began.",
                    "good",
                    [teller.Name]);
            }
        }
    }

    private static string Who(PastChange change) => string.Join("; ", new[]
    {
        change.Joined.Count > 0 ? $"{string.Join(", ", change.Joined)} to come" : "",
        change.Left.Count > 0 ? $"{string.Join(", ", change.Left)} to go" : "",
    }.Where(part => part.Length > 0).DefaultIfEmpty("Owners change"));

    private static string Only(PastChange change) => (change.Joined.Count, change.Left.Count) switch
    {
        (1, 0) => change.Joined[0],
        (0, 1) => change.Left[0],
        _ => "",
    };

    private static ImmutableArray<string> Names(IEnumerable<string> names) => [.. names.Distinct().Order(NaturalOrder.Instance)];

    private static string Sentence(string words) => words.Length == 0 ? "No reason was given" : char.ToUpperInvariant(words[0]) + words[1..];

    private sealed record Teller(string Name, MemberStatus Status);
}

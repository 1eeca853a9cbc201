using System.Collections.Immutable;
using System.Globalization;
using KvStore.Client;
using KvStore.Web.Cluster;
using KvStore.Web.Display;

namespace KvStore.Web.Overview;

/// <summary>
/// The figures of the overview and what they mean. Strict: green is only what is as it should be, amber what is under way or
/// missing, red what makes operations suffer. A pure function of the snapshot.
/// </summary>
internal static class OverviewTiles
{
    public static readonly TimeSpan SlowFrom = TimeSpan.FromMilliseconds(100);
    public static readonly TimeSpan TooSlowFrom = TimeSpan.FromSeconds(1);

    /// <summary>More failures of all operations than this are red.</summary>
    public const double FailuresBadFrom = 0.01;

    public const double UnevenFrom = 1.25;
    public const double TooUnevenFrom = 2;

    /// <summary>With fewer keys a member chance alone makes them uneven.</summary>
    public const double KeysToJudge = 1000;

    private const string Unknown = "…";

    public static ImmutableArray<Tile> Of(ClusterSnapshot snapshot) =>
        [Operations(snapshot), Latency(snapshot), Failures(snapshot), Imbalance(snapshot), Hints(snapshot), Repair(snapshot), Transfers(snapshot), Epoch(snapshot)];

    private static Tile Operations(ClusterSnapshot snapshot) => new(
        "Operations/s",
        snapshot.Rates is { } rates ? Figures.Rate(rates.All) : Unknown,
        snapshot.Rates is { } parts ? $"{Figures.Rate(parts.Reads)} reads, {Figures.Rate(parts.Writes)} writes" : "",
        TileTone.Plain,
        "Operations that all members together coordinated in the last seconds; more or less of them is neither good nor bad.",
        History(snapshot, moment => moment.Operations));

    private static Tile Latency(ClusterSnapshot snapshot)
    {
        LatencyHistogram times = snapshot.Times;
        return new Tile(
            "p99",
            times.Quantile(0.99) is { } slow ? Figures.Duration(slow) : "–",
            times.Quantile(0.5) is { } median ? $"p50 {Figures.Duration(median)}" : "no operations",
            times.Quantile(0.99) switch
            {
                null => TileTone.Plain,
                var p99 when p99 >= TooSlowFrom => TileTone.Bad,
                var p99 when p99 >= SlowFrom => TileTone.Warn,
                _ => TileTone.Good,
            },
            $"From admission to answer, at the member that coordinated it. Amber from {Figures.Duration(SlowFrom)}, red from {Figures.Duration(TooSlowFrom)}.",
            History(snapshot, moment => moment.P99?.TotalMilliseconds));
    }

    private static Tile Failures(ClusterSnapshot snapshot)
    {
        OperationRates? rates = snapshot.Rates;
        double part = rates is { Failures: > 0 } some ? some.Failures / Math.Max(some.Failures, some.All) : 0;
        return new Tile(
            "Failures/s",
            rates is { } known ? Figures.Rate(known.Failures) : Unknown,
            part > 0 ? $"{Figures.Percent(part)} of all" : "none in the last seconds",
            rates is null ? TileTone.Plain : part >= FailuresBadFrom ? TileTone.Bad : part > 0 ? TileTone.Warn : TileTone.Good,
            "Operations not committed, refused ones included. Amber from the first, red from 1 % of all.",
            History(snapshot, moment => moment.Failures));
    }

    private static Tile Imbalance(ClusterSnapshot snapshot)
    {
        double[] keys = [.. snapshot.Told.Select(status => (double)status.Keys)];
        double mean = keys.Length == 0 ? 0 : keys.Average();
        double ratio = mean > 0 ? keys.Max() / mean : 0;
        return new Tile(
            "Imbalance",
            mean > 0 ? ratio.ToString("0.00", CultureInfo.InvariantCulture) : "–",
            mean > 0 ? $"{Figures.Count((long)keys.Max())} keys at most, {Figures.Count((long)mean)} on average" : "no keys",
            mean < KeysToJudge ? TileTone.Plain : ratio >= TooUnevenFrom ? TileTone.Bad : ratio >= UnevenFrom ? TileTone.Warn : TileTone.Good,
            $"The most keys of a member to the mean. Amber from {UnevenFrom.ToString(CultureInfo.InvariantCulture)}, red from "
                + $"{TooUnevenFrom.ToString(CultureInfo.InvariantCulture)}; with few keys chance decides, so it is not judged.",
            History(snapshot, moment => moment.Imbalance > 0 ? moment.Imbalance : null))
        { Link = "/ring?measure=keys" };
    }

    private static Tile Hints(ClusterSnapshot snapshot)
    {
        PeerStatus[] kept = [.. snapshot.Told.SelectMany(status => status.Peers).Where(peer => peer.Hints > 0)];
        long hints = kept.Sum(peer => peer.Hints);
        return new Tile(
            "Hints waiting",
            Figures.Count(hints),
            hints > 0
                ? $"for {Names(kept.Select(peer => peer.Name))}, {Figures.Bytes(kept.Sum(peer => peer.HintBytes))}, oldest {Figures.Elapsed(kept.Max(peer => peer.HintAge))}"
                : "every replica has what it should",
            hints > 0 ? TileTone.Warn : TileTone.Good,
            "Committed records kept for replicas that have not acknowledged them. Amber while there are any.",
            History(snapshot, moment => moment.Hints))
        { Link = "/ring?measure=hints" };
    }

    private static Tile Repair(ClusterSnapshot snapshot)
    {
        PeerStatus[] differing = [.. snapshot.Told.SelectMany(status => status.Peers).Where(peer => peer.SlotsDiffering > 0)];
        int slots = differing.Length == 0 ? 0 : differing.Max(peer => peer.SlotsDiffering);
        return new Tile(
            "Slots differing",
            Figures.Count(slots),
            slots > 0 ? $"at {Names(differing.Select(peer => peer.Name))}, when last compared" : "replicas were alike when compared",
            slots > 0 ? TileTone.Warn : TileTone.Good,
            "Between two members that hold the same slots, at most, when they were last compared. Amber while there are any.",
            [])
        { Link = "/ring?measure=debt" };
    }

    private static Tile Transfers(ClusterSnapshot snapshot)
    {
        MigrationStatus[] moving = [.. snapshot.Told.Select(status => status.Migration).Where(migration => migration.IsMoving)];
        MigrationStatus[] open = [.. moving.Where(migration => migration.SlotsComplete < migration.Slots)];
        TimeSpan? left = open.Length > 0 && open.All(migration => migration.Left is not null) ? open.Max(migration => migration.Left) : null;
        return new Tile(
            "Transfers",
            moving.Length == 0 ? "none" : $"{Figures.Bytes(moving.Sum(migration => migration.BytesPerSecond))}/s",
            moving.Length == 0
                ? "every member has its slots"
                : $"{Figures.Count(moving.Sum(migration => migration.Slots - migration.SlotsComplete))} slots to come, "
                    + (left is { } known ? $"about {Figures.Elapsed(known)} left" : "time left not known"),
            moving.Length == 0 ? TileTone.Good : TileTone.Warn,
            "Slots that are copied to new owners. Amber while a change of members is under way.",
            [])
        { Link = "/ring" };
    }

    private static Tile Epoch(ClusterSnapshot snapshot)
    {
        long newest = snapshot.Topology?.Epoch ?? 0;
        string[] behind = [.. snapshot.Told.Where(status => status.Epoch < newest).Select(status => status.Name)];
        return new Tile(
            "Epoch",
            snapshot.Topology is null ? Unknown : Figures.Count(newest),
            behind.Length > 0 ? $"{Names(behind)} behind" : "all that answer are at it",
            snapshot.Topology is null ? TileTone.Plain : behind.Length > 0 ? TileTone.Warn : TileTone.Good,
            "The topology in force: it grows with every change of members. Amber while a member has not heard of it.",
            [])
        { Link = "/events?kind=epochs" };
    }

    private static ImmutableArray<double?> History(ClusterSnapshot snapshot, Func<ClusterMoment, double?> figure) =>
        [.. snapshot.History.Select(figure)];

    private static string Names(IEnumerable<string> names)
    {
        string[] all = [.. names.Distinct().Order(NaturalOrder.Instance)];
        return all.Length <= 2 ? string.Join(" and ", all) : $"{all.Length} members";
    }
}

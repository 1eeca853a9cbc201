using System.Collections.Immutable;
using KvStore.Client;
using KvStore.Web.Cluster;
using KvStore.Web.Display;

namespace KvStore.Web.Ring;

/// <summary>A measure of every member of the topology, and how each compares with the mean. A pure function of the snapshot.</summary>
/// <param name="Values">By ordinal; null where it is not known.</param>
/// <param name="Mean">Of what is known: what each would have if all had the same.</param>
public sealed record MeasureReadings(RingMeasure Measure, ImmutableDictionary<int, double?> Values, double Mean)
{
    public static readonly ImmutableArray<RingMeasure> All = [.. Enum.GetValues<RingMeasure>()];

    private const double MicrosecondsPerMillisecond = 1000;

    /// <summary>What the members have together; not said of times.</summary>
    public double Sum => Values.Values.Sum() ?? 0;

    public static MeasureReadings Of(ClusterSnapshot snapshot, RingMeasure measure)
    {
        ImmutableDictionary<int, double?> values = snapshot.Members
            .Where(member => member.Ordinal is not null)
            .ToImmutableDictionary(member => member.Ordinal!.Value, member => ValueOf(snapshot, member, measure));
        double[] known = [.. values.Values.OfType<double>()];
        return new MeasureReadings(measure, values, known.Length == 0 ? 0 : known.Average());
    }

    /// <summary>1 is the mean, and where there is nothing at all everybody has it.</summary>
    public double RatioOf(int ordinal) => Mean > 0 ? (Values.GetValueOrDefault(ordinal) ?? 0) / Mean : 1;

    public string TextOf(int ordinal) => TextOf(Values.GetValueOrDefault(ordinal));

    public string TextOf(double? value) => value is not { } known ? "–" : Measure switch
    {
        RingMeasure.Bytes => Figures.Bytes((long)known),
        RingMeasure.Reads or RingMeasure.Writes => $"{Figures.Rate(known)}/s",
        RingMeasure.P99 => Figures.Duration(TimeSpan.FromMilliseconds(known)),
        RingMeasure.Slots or RingMeasure.Keys or RingMeasure.Hints or RingMeasure.Debt => Figures.Count((long)Math.Round(known)),
        _ => throw new InvalidOperationException($"Unknown measure {Measure}."),
    };

    /// <summary>As it stands in an address.</summary>
    public static string WordOf(RingMeasure measure) => measure.ToString().ToLowerInvariant();

    /// <summary>The measure of an address; slots where it names none.</summary>
    public static RingMeasure Parse(string? word) => All.FirstOrDefault(measure => WordOf(measure) == word);

    public static string NameOf(RingMeasure measure) => measure switch
    {
        RingMeasure.Slots => "Slots",
        RingMeasure.Keys => "Keys",
        RingMeasure.Bytes => "Bytes",
        RingMeasure.Reads => "Reads/s",
        RingMeasure.Writes => "Writes/s",
        RingMeasure.P99 => "p99",
        RingMeasure.Hints => "Hints",
        RingMeasure.Debt => "Repair debt",
        _ => throw new InvalidOperationException($"Unknown measure {measure}."),
    };

    public static string MeaningOf(RingMeasure measure) => measure switch
    {
        RingMeasure.Slots => "replicas of slots that the member holds",
        RingMeasure.Keys => "keys with a value that the member holds",
        RingMeasure.Bytes => "bytes of values that the member holds",
        RingMeasure.Reads => "reads a second that the member coordinates",
        RingMeasure.Writes => "writes a second that the member coordinates",
        RingMeasure.P99 => "how long 99 of 100 operations took at most that the member coordinated",
        RingMeasure.Hints => "committed records that the others keep for the member until it has them",
        RingMeasure.Debt => "slots in which the member differed from another when they were last compared",
        _ => throw new InvalidOperationException($"Unknown measure {measure}."),
    };

    private static double? ValueOf(ClusterSnapshot snapshot, MemberView member, RingMeasure measure) => measure switch
    {
        RingMeasure.Slots => member.Share.All,
        RingMeasure.Keys => member.Status?.Keys,
        RingMeasure.Bytes => member.Status?.ValueBytes,
        RingMeasure.Reads => member.Rates?.Reads,
        RingMeasure.Writes => member.Rates?.Writes,
        RingMeasure.P99 => member.ReadTimes.Plus(member.WriteTimes).Quantile(0.99)?.TotalMicroseconds / MicrosecondsPerMillisecond,
        RingMeasure.Hints => snapshot.Told.Sum(status => PeersNamed(status, member.Name).Sum(peer => peer.Hints)),
        RingMeasure.Debt => snapshot.Told.SelectMany(status => PeersNamed(status, member.Name))
            .Concat(member.Status?.Peers ?? []).Select(peer => (double)peer.SlotsDiffering).DefaultIfEmpty(0).Max(),
        _ => throw new InvalidOperationException($"Unknown measure {measure}."),
    };

    private static IEnumerable<PeerStatus> PeersNamed(MemberStatus status, string name) => status.Peers.Where(peer => peer.Name == name);
}

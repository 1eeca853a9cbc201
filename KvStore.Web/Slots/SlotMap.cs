using System.Collections.Immutable;
using KvStore.Client;

namespace KvStore.Web.Slots;

/// <summary>What all slots hold and what is asked of them, put together from what the members say. Immutable.</summary>
/// <param name="Told">Names of the members that said it.</param>
/// <param name="Silent">Names of those that did not.</param>
public sealed record SlotMap(
    ImmutableArray<double> Keys,
    ImmutableArray<double> Bytes,
    ImmutableArray<double> Reads,
    ImmutableArray<double> Writes,
    ImmutableArray<HotKeyRate> Hottest,
    ImmutableArray<string> Told,
    ImmutableArray<string> Silent)
{
    private const int HottestMax = 12;

    /// <param name="samples">Of each member that answered; with what it said before, where it did.</param>
    public static SlotMap Of(IReadOnlyList<SlotSample> samples, IEnumerable<string> silent)
    {
        double[] keys = new double[SlotSquare.Count];
        double[] bytes = new double[SlotSquare.Count];
        double[] reads = new double[SlotSquare.Count];
        double[] writes = new double[SlotSquare.Count];
        foreach (SlotSample sample in samples)
        {
            // Replicas hold the same but for what is on its way; who has more has heard of more.
            Raise(keys, sample.Now.Keys);
            Raise(bytes, sample.Now.ValueBytes);
            sample.AddRates(reads, writes);
        }

        return new SlotMap(
            [.. keys],
            [.. bytes],
            [.. reads],
            [.. writes],
            Hot(samples),
            [.. samples.Select(sample => sample.Now.Name)],
            [.. silent]);
    }

    public ImmutableArray<double> Of(SlotMeasure measure) => measure switch
    {
        SlotMeasure.Keys => Keys,
        SlotMeasure.Bytes => Bytes,
        SlotMeasure.Reads => Reads,
        SlotMeasure.Writes => Writes,
        _ => throw new InvalidOperationException($"Unknown measure {measure}."),
    };

    /// <summary>The square's rows in numbers.</summary>
    public ImmutableArray<SlotRow> Rows(SlotMeasure measure)
    {
        ImmutableArray<double> figures = Of(measure);
        return
        [
            .. Enumerable.Range(0, SlotSquare.Side).Select(row =>
            {
                int first = SlotSquare.SlotAt(row, 0);
                int busiest = Enumerable.Range(first, SlotSquare.Side).MaxBy(slot => figures[slot]);
                return new SlotRow(
                    first, first + SlotSquare.Side - 1, SumOf(Keys, first), SumOf(Bytes, first), SumOf(Reads, first), SumOf(Writes, first), busiest);
            }),
        ];
    }

    private static double SumOf(ImmutableArray<double> figures, int first) => figures.AsSpan(first, SlotSquare.Side).ToArray().Sum();

    private static void Raise(double[] most, ImmutableArray<long> figures)
    {
        for (int slot = 0; slot < figures.Length && slot < most.Length; slot++)
        {
            most[slot] = Math.Max(most[slot], figures[slot]);
        }
    }

    // Each member counts what it coordinates; a key's operations are those of all members.
    private static ImmutableArray<HotKeyRate> Hot(IEnumerable<SlotSample> samples) =>
    [
        .. samples.SelectMany(sample => sample.Now.Hottest)
            .Where(key => key.Over > TimeSpan.Zero)
            .GroupBy(key => key.Key)
            .Select(same => new HotKeyRate(
                same.Key,
                same.First().Slot,
                same.Sum(key => key.OperationsLeast / key.Over.TotalSeconds),
                same.Sum(key => key.Operations / key.Over.TotalSeconds)))
            .OrderByDescending(key => key.Least)
            .ThenBy(key => key.Key.ToString(), StringComparer.Ordinal)
            .Take(HottestMax),
    ];
}

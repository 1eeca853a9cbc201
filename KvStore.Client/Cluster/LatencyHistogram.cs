using System.Collections.Immutable;

namespace KvStore.Client;

/// <summary>
/// How many operations took how long. Histograms of several members can be added, and an earlier one of the same process
/// subtracted from a later: quantiles of the result are as exact as those of one, within an eighth.
/// </summary>
/// <param name="Counts">
/// By bucket. Bucket i counts times in microseconds from i where i is below 8, else from <c>(8 + i % 8) &lt;&lt; (i / 8 - 1)</c>,
/// to where the next begins.
/// </param>
public sealed record LatencyHistogram(ImmutableArray<long> Counts)
{
    private const int PerOctave = 8;

    /// <summary>Of nothing.</summary>
    public static readonly LatencyHistogram Empty = new([]);

    /// <summary>Operations in all.</summary>
    public long Total => Counts.Sum();

    /// <summary>Of both together.</summary>
    public LatencyHistogram Plus(LatencyHistogram other) => With(other, static (one, two) => one + two);

    /// <summary>What was added since an earlier one of the same process. Never below 0: after a restart all is new.</summary>
    public LatencyHistogram Since(LatencyHistogram earlier) => With(earlier, static (late, early) => Math.Max(0, late - early));

    /// <summary>How long the operation took that this part of all did not exceed, within an eighth.</summary>
    /// <param name="part">0 to 1: 0.99 for the 99th percentile.</param>
    /// <returns>Null if there were none.</returns>
    public TimeSpan? Quantile(double part)
    {
        long total = Total;
        if (total == 0)
        {
            return null;
        }

        long rank = Math.Clamp((long)Math.Ceiling(part * total), 1, total);
        int bucket = 0;
        for (long seen = Counts[0]; seen < rank; seen += Counts[bucket])
        {
            bucket++;
        }

        return TimeSpan.FromMicroseconds((LowerOf(bucket) + LowerOf(bucket + 1)) / 2.0);
    }

    private static long LowerOf(int bucket) =>
        bucket < PerOctave ? bucket : (long)(PerOctave + (bucket % PerOctave)) << ((bucket / PerOctave) - 1);

    private LatencyHistogram With(LatencyHistogram other, Func<long, long, long> both) => new(
    [
        .. Enumerable.Range(0, Math.Max(Counts.Length, other.Counts.Length)).Select(i => both(
            i < Counts.Length ? Counts[i] : 0,
            i < other.Counts.Length ? other.Counts[i] : 0)),
    ]);
}

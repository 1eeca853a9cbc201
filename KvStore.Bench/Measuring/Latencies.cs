using System.Numerics;

namespace KvStore.Bench.Measuring;

/// <summary>
/// How long calls took: counts in buckets that are at most 1.6 % wide, from a nanosecond to minutes, so that a long run
/// takes no more memory than a short one. Not thread safe: one a caller, added up in the end.
/// </summary>
internal sealed class Latencies
{
    private const int SubBits = 6;
    private const int SubCount = 1 << SubBits;
    private const int BucketsMax = 36 * SubCount;

    private readonly long[] _counts = new long[BucketsMax];

    public long Count { get; private set; }

    public void Add(TimeSpan time)
    {
        _counts[BucketOf((long)time.TotalNanoseconds)]++;
        Count++;
    }

    public void Add(Latencies other)
    {
        for (int i = 0; i < BucketsMax; i++)
        {
            _counts[i] += other._counts[i];
        }

        Count += other.Count;
    }

    /// <summary>The time that this share of the calls did not exceed, to the bucket's width; zero if there were none.</summary>
    /// <param name="share">0 to 1.</param>
    public TimeSpan Percentile(double share)
    {
        long rank = (long)Math.Ceiling(share * Count);
        long seen = 0;
        for (int i = 0; i < BucketsMax; i++)
        {
            seen += _counts[i];
            if (seen >= rank && seen > 0)
            {
                return TimeSpan.FromTicks(MiddleOf(i) / TimeSpan.NanosecondsPerTick);
            }
        }

        return TimeSpan.Zero;
    }

    private static int BucketOf(long nanoseconds)
    {
        long value = Math.Max(nanoseconds, 0);
        if (value < SubCount)
        {
            return (int)value;
        }

        int shift = BitOperations.Log2((ulong)value) - SubBits;
        return Math.Min((shift * SubCount) + (int)(value >> shift), BucketsMax - 1);
    }

    private static long MiddleOf(int bucket)
    {
        if (bucket < 2 * SubCount)
        {
            return bucket;
        }

        int shift = (bucket >> SubBits) - 1;
        long low = (long)((bucket & (SubCount - 1)) + SubCount) << shift;
        return low + ((1L << shift) / 2);
    }
}

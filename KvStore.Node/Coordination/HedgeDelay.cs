using System.Numerics;

namespace KvStore.Node.Coordination;

/// <summary>
/// When a phase has waited longer than 95 of 100 did: an estimate from a bounded histogram of whole milliseconds that halves
/// its counts as they grow, so that it follows the day. Pure.
/// </summary>
/// <remarks>Jeffrey Dean and Luiz André Barroso, The Tail at Scale, 2013.</remarks>
internal sealed class HedgeDelay
{
    /// <summary>Before so many samples nothing is estimated.</summary>
    public const int SamplesMin = 32;

    public const int InitialMilliseconds = 20;

    /// <summary>Below it hedges would follow the scheduler's whims.</summary>
    public const int MillisecondsMin = 4;

    /// <summary>Above it waiting is worse than asking.</summary>
    public const int MillisecondsMax = 100;

    private const double Share = 0.95;

    /// <summary>Samples at which all counts are halved.</summary>
    private const int SamplesMax = 1_024;

    /// <summary>Milliseconds that have a bucket of their own; above, four buckets a doubling.</summary>
    private const int Exact = 16;

    private const int ExactBits = 4;
    private const int SubBits = 2;
    private const int BucketsMax = 48;

    private readonly int[] _counts = new int[BucketsMax];
    private int _samples;

    /// <summary>Milliseconds to wait for an answer before the rest is asked.</summary>
    public int Milliseconds { get; private set; } = InitialMilliseconds;

    public void Add(long milliseconds)
    {
        _counts[BucketOf(milliseconds)]++;
        _samples++;
        if (_samples >= SamplesMin && _samples % SamplesMin == 0)
        {
            Milliseconds = Math.Clamp(Estimate() + 1, MillisecondsMin, MillisecondsMax);
        }

        if (_samples >= SamplesMax)
        {
            Halve();
        }
    }

    private int Estimate()
    {
        int rank = (int)Math.Ceiling(_samples * Share);
        int seen = 0;
        int bucket = 0;
        while (bucket < BucketsMax && (seen += _counts[bucket]) < rank)
        {
            bucket++;
        }

        return MostOf(Math.Min(bucket, BucketsMax - 1));
    }

    private void Halve()
    {
        _samples = 0;
        for (int i = 0; i < BucketsMax; i++)
        {
            _counts[i] /= 2;
            _samples += _counts[i];
        }
    }

    private static int BucketOf(long milliseconds)
    {
        if (milliseconds < Exact)
        {
            return (int)Math.Max(0, milliseconds);
        }

        int doubling = BitOperations.Log2((ulong)milliseconds);
        int part = (int)(milliseconds >> (doubling - SubBits)) & ((1 << SubBits) - 1);
        return Math.Min(Exact + ((doubling - ExactBits) << SubBits) + part, BucketsMax - 1);
    }

    /// <summary>The most milliseconds that fall into the bucket.</summary>
    private static int MostOf(int bucket)
    {
        if (bucket < Exact)
        {
            return bucket;
        }

        int doubling = ((bucket - Exact) >> SubBits) + ExactBits;
        int part = (bucket - Exact) & ((1 << SubBits) - 1);
        return (((1 << SubBits) + part + 1) << (doubling - SubBits)) - 1;
    }
}

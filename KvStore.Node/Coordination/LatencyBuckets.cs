using System.Collections.Immutable;
using System.Numerics;

namespace KvStore.Node.Coordination;

/// <summary>
/// How many operations took how long, since start, in buckets an eighth as wide as they are high or less: what is told of them
/// can be added up over members and subtracted over time, and quantiles of the sums are as exact as those of one. Thread safe.
/// </summary>
internal sealed class LatencyBuckets
{
    /// <summary>The last one begins at four minutes, which no operation is given.</summary>
    public const int Count = 208;

    private const int PerOctaveBits = 3;
    private const int PerOctave = 1 << PerOctaveBits;

    private readonly long[] _counts = new long[Count];

    /// <summary>Without the zeros at the end.</summary>
    public ImmutableArray<long> Counts
    {
        get
        {
            int used = Count;
            while (used > 0 && Volatile.Read(ref _counts[used - 1]) == 0)
            {
                used--;
            }

            ImmutableArray<long>.Builder counts = ImmutableArray.CreateBuilder<long>(used);
            for (int i = 0; i < used; i++)
            {
                counts.Add(Volatile.Read(ref _counts[i]));
            }

            return counts.MoveToImmutable();
        }
    }

    public void Add(TimeSpan took) => Add(took, 1);

    /// <param name="operations">That many took so long.</param>
    public void Add(TimeSpan took, int operations) => Interlocked.Add(ref _counts[BucketOf((long)took.TotalMicroseconds)], operations);

    /// <summary>Which bucket counts a time.</summary>
    /// <param name="microseconds">Below 0 counts as 0.</param>
    public static int BucketOf(long microseconds)
    {
        if (microseconds < PerOctave)
        {
            return (int)Math.Max(0, microseconds);
        }

        int exponent = BitOperations.Log2((ulong)microseconds);
        int part = (int)(microseconds >> (exponent - PerOctaveBits)) & (PerOctave - 1);
        return Math.Min(Count - 1, (PerOctave * (exponent - PerOctaveBits + 1)) + part);
    }

    /// <summary>The least microseconds that a bucket counts.</summary>
    public static long LowerOf(int bucket) =>
        bucket < PerOctave ? bucket : (long)(PerOctave + (bucket % PerOctave)) << ((bucket / PerOctave) - 1);
}

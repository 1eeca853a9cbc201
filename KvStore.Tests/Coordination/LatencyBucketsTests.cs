using KvStore.Client;
using KvStore.Node.Coordination;
using Xunit;

namespace KvStore.Tests.Coordination;

public sealed class LatencyBucketsTests
{
    [Fact]
    public void Every_time_is_counted_by_the_bucket_whose_bounds_are_around_it()
    {
        for (long microseconds = 0; microseconds < 300_000_000; microseconds += 1 + (microseconds / 97))
        {
            int bucket = LatencyBuckets.BucketOf(microseconds);

            Assert.True(LatencyBuckets.LowerOf(bucket) <= microseconds, $"{microseconds} µs is below bucket {bucket}");
            Assert.True(
                bucket == LatencyBuckets.Count - 1 || microseconds < LatencyBuckets.LowerOf(bucket + 1), $"{microseconds} µs is above bucket {bucket}");
        }
    }

    [Fact]
    public void A_bucket_is_an_eighth_as_wide_as_it_is_high_or_less()
    {
        for (int bucket = 8; bucket < LatencyBuckets.Count; bucket++)
        {
            long width = LatencyBuckets.LowerOf(bucket + 1) - LatencyBuckets.LowerOf(bucket);

            Assert.InRange(width, 1, LatencyBuckets.LowerOf(bucket) / 8);
        }
    }

    [Fact]
    public void What_is_out_of_bounds_is_counted_at_the_bound()
    {
        Assert.Equal(0, LatencyBuckets.BucketOf(-5));
        Assert.Equal(LatencyBuckets.Count - 1, LatencyBuckets.BucketOf(long.MaxValue));
    }

    [Fact]
    public void Counts_end_with_the_slowest_and_tell_quantiles_to_whoever_reads_them()
    {
        LatencyBuckets buckets = new();
        Assert.Empty(buckets.Counts);
        for (int i = 1; i <= 100; i++)
        {
            buckets.Add(TimeSpan.FromMilliseconds(i));
        }

        LatencyHistogram read = new(buckets.Counts);
        Assert.Equal(LatencyBuckets.BucketOf(100_000) + 1, buckets.Counts.Length);
        Assert.Equal(100, read.Total);
        Assert.InRange(read.Quantile(0.5)!.Value.TotalMilliseconds, 50 * 0.88, 50 * 1.13);
        Assert.InRange(read.Quantile(0.99)!.Value.TotalMilliseconds, 99 * 0.88, 99 * 1.13);
    }
}

using System.Diagnostics.Metrics;
using KvStore.Node.Storage;

namespace KvStore.Tests.Storage;

/// <summary>What the store measures can be told apart where it is counted.</summary>
public sealed class StoreMetricsTests
{
    [Fact]
    public void Durations_are_counted_in_buckets_of_less_than_a_millisecond_to_some_seconds()
    {
        List<Histogram<double>> durations = [];
        using MeterListener listener = new()
        {
            InstrumentPublished = (instrument, _) =>
            {
                if (instrument.Meter.Name == StoreMetrics.MeterName && instrument is Histogram<double> { Unit: "s" } duration)
                {
                    durations.Add(duration);
                }
            },
        };
        StoreMetrics.Copied(0); // there are instruments from the first use on
        listener.Start();

        Assert.Equal(
            ["kvstore.storage.checkpoint.duration", "kvstore.storage.checkpoint.hold", "kvstore.storage.commit.duration"],
            durations.Select(duration => duration.Name).Order(StringComparer.Ordinal));
        Assert.All(durations, duration => Assert.Equal((0.0001, 10), (duration.Advice?.HistogramBucketBoundaries?[0], duration.Advice?.HistogramBucketBoundaries?[^1])));
    }
}

using KvStore.Client;
using KvStore.Node.Coordination;

namespace KvStore.Tests.Web;

/// <summary>Histograms made up for tests.</summary>
internal static class Latencies
{
    public static LatencyHistogram Of(params (int Count, double Milliseconds)[] times)
    {
        LatencyBuckets buckets = new();
        foreach ((int count, double milliseconds) in times)
        {
            for (int i = 0; i < count; i++)
            {
                buckets.Add(TimeSpan.FromMilliseconds(milliseconds));
            }
        }

        return new LatencyHistogram(buckets.Counts);
    }
}

using KvStore.Client;
using Xunit;

namespace KvStore.Tests.Web;

public sealed class LatencyHistogramTests
{
    [Fact]
    public void Of_nothing_there_is_no_quantile() => Assert.Null(LatencyHistogram.Empty.Quantile(0.99));

    [Fact]
    public void Histograms_of_members_add_up()
    {
        LatencyHistogram both = Latencies.Of((99, 1)).Plus(Latencies.Of((1, 500)));

        Assert.Equal(100, both.Total);
        Assert.InRange(both.Quantile(0.99)!.Value.TotalMilliseconds, 0.88, 1.13);
        Assert.InRange(both.Quantile(1)!.Value.TotalMilliseconds, 440, 565);
    }

    [Fact]
    public void An_earlier_one_is_taken_away()
    {
        LatencyHistogram early = Latencies.Of((1000, 1));

        LatencyHistogram since = early.Plus(Latencies.Of((10, 200))).Since(early);

        Assert.Equal(10, since.Total);
        Assert.InRange(since.Quantile(0.5)!.Value.TotalMilliseconds, 176, 226);
    }

    [Fact]
    public void Nothing_is_below_zero() => Assert.Equal(0, LatencyHistogram.Empty.Since(Latencies.Of((3, 5))).Total);
}

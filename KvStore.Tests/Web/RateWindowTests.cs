using KvStore.Client;
using KvStore.Web.Cluster;
using Xunit;

namespace KvStore.Tests.Web;

public sealed class RateWindowTests
{
    [Fact]
    public void Rates_are_not_known_from_one_report() => Assert.Null(After((0, 100, 1)).Rates);

    [Fact]
    public void Rates_are_differences_over_time() =>
        Assert.Equal(new OperationRates(50, 25, 5), After((0, 100, 1), (2, 200, 1)).Rates);

    [Fact]
    public void Only_the_last_reports_count()
    {
        RateWindow window = After([.. Enumerable.Range(0, 20).Select(second => (second, second < 10 ? 0L : (second - 9) * 30L, 1L))]);

        Assert.Equal(new OperationRates(30, 15, 3), window.Rates);
    }

    [Fact]
    public void A_restart_begins_anew_even_if_the_counters_have_overtaken()
    {
        Assert.Null(After((0, 100, 1), (1, 40, 1)).Rates);
        Assert.Null(After((0, 100, 1), (1, 200, 2)).Rates);
        Assert.Equal(new OperationRates(10, 5, 1), After((0, 100, 1), (1, 0, 2), (2, 10, 2)).Rates);
    }

    [Fact]
    public void Two_reports_at_one_moment_have_no_rate() => Assert.Null(After((1, 100, 1), (1, 200, 1)).Rates);

    private static RateWindow After(params (int Second, long Reads, long Boot)[] reports)
    {
        RateWindow window = RateWindow.Empty;
        foreach ((int second, long reads, long boot) in reports)
        {
            MemberStatus status = Reports.Status(0, 1) with { Reads = reads, Writes = reads / 2, Failures = reads / 10, BootCount = boot };
            window = window.With(status, TimeSpan.FromSeconds(second));
        }

        return window;
    }
}

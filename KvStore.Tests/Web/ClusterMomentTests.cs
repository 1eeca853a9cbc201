using System.Collections.Immutable;
using KvStore.Client;
using KvStore.Web.Cluster;
using Xunit;

namespace KvStore.Tests.Web;

public sealed class ClusterMomentTests
{
    private static readonly ClusterTopology Topology = Topologies.Of(3);

    [Fact]
    public void A_moment_is_kept_each_second_for_two_minutes_and_no_longer()
    {
        ImmutableArray<ClusterMoment> history = [];
        for (int tick = 0; tick < 4 * 300; tick++)
        {
            history = ClusterMoment.Extend(history, At(TimeSpan.FromSeconds(tick / 4.0)));
        }

        Assert.Equal(120, history.Length);
        Assert.All(history.Zip(history.Skip(1)), pair => Assert.Equal(TimeSpan.FromSeconds(1), pair.Second.At - pair.First.At));
    }

    [Fact]
    public void A_clock_that_was_set_back_begins_anew()
    {
        ImmutableArray<ClusterMoment> history = ClusterMoment.Extend([], At(TimeSpan.FromMinutes(10)));

        Assert.Single(ClusterMoment.Extend(history, At(TimeSpan.Zero)));
    }

    [Fact]
    public void A_moment_sums_up_what_the_members_say()
    {
        NodeReport one = Reports.Unasked(0) with { Topology = Topology };
        one = Answer(Answer(one, 0, reads: 0, keys: 100, Latencies.Of()), 2, reads: 100, keys: 300, Latencies.Of((100, 4)));
        NodeReport two = Reports.Answering(1, Topology);

        ClusterMoment moment = ClusterMoment.Of(ClusterSnapshot.Of(Reports.Now, [one, two]));

        Assert.Equal(50, moment.Operations);
        Assert.Equal(300 / 155.0, moment.Imbalance, precision: 6);
        Assert.InRange(moment.P99!.Value.TotalMilliseconds, 3.5, 4.5);
    }

    private static NodeReport Answer(NodeReport report, int second, long reads, long keys, LatencyHistogram times) => report.Told(
        Reports.Status(0, 3) with { Reads = reads, Keys = keys, ReadLatency = times }, TimeSpan.FromSeconds(second));

    private static ClusterSnapshot At(TimeSpan time) => ClusterSnapshot.Of(Reports.Now + time, []);
}

using System.Diagnostics;
using KvStore.Node.Gossip;
using KvStore.Node.Membership;
using KvStore.Node.Telemetry;
using KvStore.Tests.Coordination;
using KvStore.Tests.Migration;
using KvStore.Tests.Peers;
using Xunit;

namespace KvStore.Tests.Gossip;

public sealed class GossipTraceTests
{
    private static readonly LivenessChange[] News = [new LivenessChange(Owners.Member(2).Id, Liveness.Alive, Liveness.Suspect, 1, Owners.Member(3).Id)];

    private readonly ManualTime _time = new();

    [Fact]
    public void What_brought_something_new_is_a_trace_of_its_own()
    {
        using SpansOfThread spans = new();
        NodeTelemetry.Stop(Trace().Begin(Owners.Member(3).Id, News));

        Activity told = Assert.Single(spans.Ended);
        Assert.Equal("gossip from node3", told.OperationName);
        Assert.Equal(default, told.ParentSpanId);
        Assert.Equal("node2 suspect", told.GetTagItem("kvstore.liveness"));
    }

    [Fact]
    public void What_brought_nothing_new_is_not_traced()
    {
        using SpansOfThread spans = new();
        Assert.Null(Trace().Begin(Owners.Member(3).Id, []));
        Assert.Empty(spans.Ended);
    }

    [Fact]
    public void A_storm_of_news_is_traced_once_an_interval_and_counted()
    {
        using SpansOfThread spans = new();
        GossipTrace trace = Trace();
        for (int i = 0; i < 50; i++)
        {
            NodeTelemetry.Stop(trace.Begin(Owners.Member(3).Id, News));
        }

        _time.Advance(GossipTrace.Interval);
        NodeTelemetry.Stop(trace.Begin(Owners.Member(3).Id, News));

        Assert.Equal([0, 49], spans.Ended.Select(span => span.GetTagItem("kvstore.gossip.untold")));
    }

    private GossipTrace Trace() => new(_time, member => Owners.Document(5, 3).Find(member)!.Name, change => change.After == Liveness.Suspect ? "suspect" : "other");
}

using KvStore.Node.Gossip;
using KvStore.Node.Topology;
using KvStore.Tests.Coordination;
using KvStore.Tests.Peers;

namespace KvStore.Tests.Gossip;

public sealed class JoinRequestsTests
{
    private static readonly TopologySnapshot InForce = Owners.Topology(3, 3);

    private readonly ManualTime _time = new();

    [Fact]
    public void The_first_waits_for_others_that_come_along()
    {
        JoinRequests requests = new(_time);
        requests.Hear(Owners.Member(5));
        Assert.Equal("", Due(requests));
        _time.Advance(JoinRequests.GatherTime / 2);
        requests.Hear(Owners.Member(4));
        Assert.Equal("", Due(requests));
        _time.Advance(JoinRequests.GatherTime / 2);
        Assert.Equal("node4 node5", Due(requests));
    }

    [Fact]
    public void Whoever_does_not_ask_any_more_is_forgotten()
    {
        JoinRequests requests = new(_time);
        requests.Hear(Owners.Member(4));
        _time.Advance(JoinRequests.StandsFor);
        requests.Hear(Owners.Member(5));
        Assert.Equal("node4 node5", Due(requests));
        _time.Advance(JoinRequests.StandsFor / 2);
        Assert.Equal("node5", Due(requests));
    }

    [Fact]
    public void Of_two_with_one_name_one_is_let_in_and_members_and_refused_ones_are_not()
    {
        JoinRequests requests = new(_time);
        requests.Hear(Owners.Member(4));
        requests.Hear(Owners.Member(5) with { Name = "node4" });
        requests.Hear(Owners.Member(2));
        requests.Hear(Owners.Member(6) with { Name = "node1" });
        _time.Advance(JoinRequests.GatherTime);
        Assert.Equal("node4", Due(requests));
    }

    private static string Due(JoinRequests requests) => string.Join(' ', requests.Due(InForce, static _ => false).Select(node => node.Name));
}

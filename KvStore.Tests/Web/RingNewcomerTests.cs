using KvStore.Client;
using KvStore.Web.Ring;
using Xunit;

namespace KvStore.Tests.Web;

public sealed class RingNewcomerTests
{
    private static readonly ClusterTopology Three = Topologies.Of(3);

    [Fact]
    public void Who_joins_or_replaces_another_is_new()
    {
        Assert.Equal(new RingNewcomer("node4", 30), RingNewcomer.Of(Plans.Join("node4", new ChangeMove("node1", "node4", 30, 3, 2048)), Three));
        Assert.Equal(new RingNewcomer("another", 7), RingNewcomer.Of(Plans.Replace("node3", "another", new ChangeMove("node3", "another", 7, 3, 2048)), Three));
    }

    [Theory]
    [InlineData(MembershipChange.Leave)]
    [InlineData(MembershipChange.Remove)]
    public void Where_a_member_goes_nobody_is_new(MembershipChange change) => Assert.Null(RingNewcomer.Of(Plans.Join("node4") with { Change = change }, Three));

    [Fact]
    public void Who_has_become_a_member_meanwhile_or_has_the_name_of_one_is_not_drawn_twice()
    {
        Assert.NotNull(RingNewcomer.Of(Plans.Join("node4"), Three));
        Assert.Null(RingNewcomer.Of(Plans.Join("node4"), Topologies.Of(4)));
    }
}

using System.Collections.Immutable;
using KvStore.Client;
using KvStore.Web.Cluster;
using Xunit;

namespace KvStore.Tests.Web;

public sealed class MemberComparisonTests
{
    private static readonly ClusterTopology Three = Topologies.Of(3);

    private static readonly ClusterSnapshot Snapshot = ClusterSnapshot.Of(
        Reports.Now,
        [Reports.Answering(0, Three), Reports.Telling(1, Three, status => status with { Keys = 1_234 }), Reports.Silent(2)]);

    [Fact]
    public void Members_are_those_named_that_have_said_something_each_once_and_in_order()
    {
        Assert.Equal(["node1", "node2"], Names("node2,node1,node2,nobody,node3"));
        Assert.Empty(Names(null));
        ClusterTopology many = Topologies.Of(12);
        ClusterSnapshot all = ClusterSnapshot.Of(Reports.Now, Reports.Without(many));
        Assert.Equal(MemberComparison.MembersMax, MemberComparison.Named(string.Join(',', many.Members.Select(member => member.Name)), all).Length);
    }

    [Fact]
    public void An_address_has_one_more_or_one_less()
    {
        ImmutableArray<MemberView> one = MemberComparison.Named("node1", Snapshot);

        Assert.Equal("/members?beside=node1,node2", MemberComparison.AddressToggling(one, "node2"));
        Assert.Equal("/members", MemberComparison.AddressToggling(one, "node1"));
    }

    [Fact]
    public void Every_fact_of_a_member_stands_beside_the_same_of_the_others()
    {
        ImmutableArray<MemberView> both = MemberComparison.Named("node1,node2", Snapshot);
        ImmutableArray<FactRow> rows = MemberComparison.Of(both, Snapshot);

        FactRow keys = Assert.Single(rows, row => row is { Group: "Storage", Name: "Keys" });
        Assert.Equal(["10", "1,234"], keys.Facts.Select(fact => fact!.Value));
        Assert.Equal(
            MemberFacts.Of(both[0], Snapshot).SelectMany(group => group.Facts.Select(fact => (group.Name, fact.Name, fact.Value))),
            rows.Select(row => (row.Group, row.Name, row.Facts[0]!.Value)));
    }

    private static IEnumerable<string> Names(string? names) => MemberComparison.Named(names, Snapshot).Select(member => member.Name);
}

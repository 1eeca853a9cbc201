using KvStore.Node.Replication;
using KvStore.Tests.Simulation.Cluster;
using Xunit;

namespace KvStore.Tests.Simulation.Scenarios;

/// <summary>Members come to an epoch one after the other: what those say to each other that are there and those that are not.</summary>
public sealed class NextEpochTests
{
    [Fact]
    public void What_is_asked_of_the_next_epoch_is_answered_at_it()
    {
        using ClusterScenario scenario = new();
        scenario.Publish(static document => document, 1, 2);
        scenario.Do(1, ClusterScenario.Put("x"));
        scenario.RunFor(TimeSpan.FromMilliseconds(ReplicaAdmission.AheadMilliseconds - 50));
        Assert.Equal((1, 0), (scenario.Said("node1 > node3  Accept"), scenario.Said("node3 > node1")));

        scenario.Publish(static document => document, 3);
        scenario.RunFor(TimeSpan.FromMilliseconds(20));
        Assert.Equal(1, scenario.Said("node3 > node1  Accepted"));
        Assert.Null(scenario.Check());
    }

    [Fact]
    public void A_member_that_does_not_come_to_it_says_so_in_time_though_nothing_else_wakes_its_lane()
    {
        using ClusterScenario scenario = new();
        scenario.Publish(static document => document, 1, 2);
        scenario.Do(1, ClusterScenario.Put("x"));
        scenario.RunFor(TimeSpan.FromMilliseconds(ReplicaAdmission.AheadMilliseconds + 50));
        Assert.Equal((2, 2), (scenario.Said("node3 > node1"), scenario.Said("node3 > node1  StaleEpoch")));
        Assert.Null(scenario.Check());
    }

    [Fact]
    public void What_was_refused_because_others_came_first_is_tried_again_as_soon_as_its_member_comes()
    {
        using ClusterScenario scenario = new();
        scenario.Publish(static document => document, 2, 3);
        ClientOperation operation = scenario.Begin(1, ClusterScenario.Put("x"));
        scenario.RunFor(TimeSpan.FromMilliseconds(500));
        Assert.Null(operation.Result);
        Assert.InRange(scenario.Said("node2 > node1  StaleEpoch"), 5, int.MaxValue);

        scenario.Publish(static document => document, 1);
        scenario.RunFor(TimeSpan.FromMilliseconds(20));
        Assert.NotNull(operation.Result);
        Assert.Null(scenario.Check());
    }
}

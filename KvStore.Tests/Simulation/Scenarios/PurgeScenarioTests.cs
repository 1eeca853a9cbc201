using KvStore.Node.Coordination;
using KvStore.Node.Peers;
using KvStore.Node.Registers;
using KvStore.Tests.Simulation.Cluster;

namespace KvStore.Tests.Simulation.Scenarios;

/// <summary>A tombstone is to be purged while something is promised above it.</summary>
public sealed class PurgeScenarioTests
{
    private static readonly TimeSpan SweepInterval = TimeSpan.FromMilliseconds(300);

    /// <summary>The clock of the member that purges, compared to that of the one that writes.</summary>
    [Theory]
    [InlineData(0)]
    [InlineData(900)]
    [InlineData(-900)]
    public void A_write_under_way_is_told_what_became_of_it(int milliseconds)
    {
        using ClusterScenario scenario = new(compareInterval: SweepInterval);
        int[] nodes = scenario.OwnersFirst();
        scenario.Node(nodes[0]).Clock.Jump(TimeSpan.FromMilliseconds(milliseconds));
        scenario.Do(nodes[1], ClusterScenario.Put("x"));
        scenario.Do(nodes[1], Change.Delete());
        ClientOperation put = PreparedOnly(scenario, nodes[1]);
        scenario.RunFor(TimeSpan.FromSeconds(1)); // the slot's first owner looks for tombstones meanwhile
        scenario.Release();
        scenario.Finish(put);

        Assert.Equal(OperationOutcome.Committed, put.Result!.Value.Outcome);
        Assert.Null(scenario.Check());
    }

    [Theory]
    [InlineData(0)]
    [InlineData(-3_600_000)]
    [InlineData(3_600_000)]
    public void A_promise_that_nobody_uses_any_more_does_not_keep_a_tombstone(int milliseconds)
    {
        using ClusterScenario scenario = new(compareInterval: SweepInterval);
        int[] nodes = scenario.OwnersFirst();
        scenario.Node(nodes[1]).Clock.Jump(TimeSpan.FromMilliseconds(milliseconds));
        scenario.Do(nodes[0], ClusterScenario.Put("x"));
        scenario.Do(nodes[0], Change.Delete());
        PreparedOnly(scenario, nodes[1]);
        scenario.StartAgain(nodes[1]);
        scenario.Release();
        scenario.RunFor(TimeSpan.FromSeconds(10));

        Assert.Equal(0, scenario.Cluster.Members.Sum(member => member.Member!.Report().Store.Tombstones));
        Assert.Null(scenario.Check());
    }

    /// <summary>Begins to write, and holds what the others promise.</summary>
    private static ClientOperation PreparedOnly(ClusterScenario scenario, int node)
    {
        scenario.Hold(message => message.To == node && message.Answers == PeerReplyKind.Promised);
        int promised = scenario.Said("Promised");
        ClientOperation put = scenario.Begin(node, ClusterScenario.Put("y"));
        scenario.RunUntilSaid("Promised", promised + 2);
        return put;
    }
}

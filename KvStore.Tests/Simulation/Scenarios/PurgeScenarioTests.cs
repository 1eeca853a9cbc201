using KvStore.Node.Coordination;
using KvStore.Node.Peers;
using KvStore.Node.Registers;
using KvStore.Tests.Simulation.Cluster;

namespace KvStore.Tests.Simulation.Scenarios;

/// <summary>A tombstone is to be purged while something is promised above it.</summary>
public sealed class PurgeScenarioTests
{
    private static readonly TimeSpan SweepInterval = TimeSpan.FromMilliseconds(300);

    /// <param name="milliseconds">How far the clock of the member that purges is ahead of that of the one that writes.</param>
    /// <param name="isNew">Whether the one that writes has just started, so that it counts on from its Bound.</param>
    [Theory]
    [InlineData(0, false)]
    [InlineData(900, false)]
    [InlineData(-900, false)]
    [InlineData(0, true)]
    public void A_purge_leaves_the_tombstone_to_a_write_under_way(int milliseconds, bool isNew)
    {
        using ClusterScenario scenario = new();
        int[] nodes = scenario.OwnersFirst();
        scenario.Do(nodes[1], ClusterScenario.Put("x"));
        if (isNew)
        {
            scenario.StartAgain(nodes[1]);
        }

        scenario.Node(nodes[0]).Clock.Jump(TimeSpan.FromMilliseconds(milliseconds));
        Ballot tombstone = Delete(scenario, nodes[1]);
        ClientOperation put = PreparedOnly(scenario, nodes[1], "y");

        Assert.Equal(PurgeOutcome.Left, Purge(scenario, nodes[0], tombstone));
        scenario.Release();
        Assert.Equal(OperationOutcome.Committed, scenario.Finish(put).Result!.Value.Outcome);
        Assert.Null(scenario.Check());
    }

    /// <summary>A ballot was promised ahead to the member that wrote the value; another deleted it.</summary>
    [Fact]
    public void What_was_promised_ahead_before_a_deletion_is_not_used_after_its_purge()
    {
        using ClusterScenario scenario = new();
        int[] nodes = scenario.OwnersFirst();
        scenario.Do(nodes[1], ClusterScenario.Put("x"));
        Ballot tombstone = Delete(scenario, nodes[0]);
        scenario.RunFor(TimeSpan.FromSeconds(1));

        Assert.Equal(PurgeOutcome.Purged, Purge(scenario, nodes[0], tombstone));
        Assert.Equal(OperationOutcome.Committed, scenario.Do(nodes[1], ClusterScenario.Put("y")).Result!.Value.Outcome);
        Assert.Null(scenario.Check());
    }

    /// <summary>The member that purges has promised what nobody uses any more; the write under way asked the two others.</summary>
    [Fact]
    public void A_promise_of_old_does_not_hide_that_of_a_write_under_way()
    {
        using ClusterScenario scenario = new();
        int[] nodes = scenario.OwnersFirst();
        (int purges, int writes) = (nodes[0], nodes[1]);
        scenario.Do(purges, ClusterScenario.Put("x"));
        Ballot tombstone = Delete(scenario, purges);
        PreparedOnly(scenario, writes, "y");
        scenario.StartAgain(writes);
        scenario.Release();
        scenario.RunFor(TimeSpan.FromSeconds(20));
        scenario.Swallow(message => message.From == writes && message.To == purges && message.Asks == PeerRequestKind.Prepare);
        ClientOperation put = PreparedOnly(scenario, writes, "z", by: 1);

        Assert.Equal(PurgeOutcome.Left, Purge(scenario, purges, tombstone));
        scenario.Release();
        scenario.SwallowNothing();
        Assert.Equal(OperationOutcome.Committed, scenario.Finish(put).Result!.Value.Outcome);
        Assert.Null(scenario.Check());
    }

    /// <param name="milliseconds">How far the clock of the member that promised, and is gone, was ahead.</param>
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
        PreparedOnly(scenario, nodes[1], "y");
        scenario.StartAgain(nodes[1]);
        scenario.Release();
        scenario.RunFor(TimeSpan.FromSeconds(30));

        Assert.Equal(0, scenario.Cluster.Members.Sum(member => member.Member!.Report().Store.Tombstones));
        Assert.Null(scenario.Check());
    }

    /// <summary>Begins to write, and holds what the others promise.</summary>
    /// <param name="by">So many others.</param>
    private static ClientOperation PreparedOnly(ClusterScenario scenario, int node, string value, int by = 2)
    {
        scenario.Hold(message => message.To == node && message.Answers == PeerReplyKind.Promised);
        int promised = scenario.Said("Promised");
        ClientOperation put = scenario.Begin(node, ClusterScenario.Put(value));
        scenario.RunUntilSaid("Promised", promised + by);
        return put;
    }

    /// <returns>The ballot of the tombstone that is there now.</returns>
    private static Ballot Delete(ClusterScenario scenario, int node) => scenario.Do(node, Change.Delete()).Result!.Value.Change.State!.Version.Ballot;

    private static PurgeOutcome Purge(ClusterScenario scenario, int node, Ballot tombstone)
    {
        TombstonePurge purge = new(ClusterScenario.Key, tombstone);
        scenario.Cluster.Scheduler.World.Run(() =>
        {
            scenario.Node(node).Member!.ToLane(ClusterScenario.Key.Slot, purge);
            return Task.CompletedTask;
        });
        scenario.RunUntil(() => purge.Completion.IsCompleted, "the purge is over");
        return purge.Completion.Result;
    }
}

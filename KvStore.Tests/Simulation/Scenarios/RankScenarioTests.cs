using KvStore.Node;
using KvStore.Node.Coordination;
using KvStore.Node.Peers;
using KvStore.Node.Registers;
using KvStore.Tests.Simulation.Cluster;

namespace KvStore.Tests.Simulation.Scenarios;

/// <summary>Whom members ask first, and what they do when those are slow, silent or gone.</summary>
public sealed class RankScenarioTests
{
    [Fact]
    public void A_write_prepares_at_a_majority_and_accepts_at_all()
    {
        using ClusterScenario scenario = new(preparesAtBest: true);
        scenario.Do(1, ClusterScenario.Put("x"));
        scenario.RunFor(TimeSpan.FromMilliseconds(50));
        Assert.Equal((1, 2, 2), (scenario.Said("Prepare"), scenario.Said("Accept b1"), scenario.Said("Accepted")));
        Assert.Null(scenario.Check());
    }

    [Theory]
    [InlineData(false)]
    [InlineData(true)]
    public void Where_the_one_asked_is_silent_the_rest_is_asked_after_the_usual_time(bool isRead)
    {
        PeerRequestKind kind = isRead ? PeerRequestKind.Read : PeerRequestKind.Prepare;
        using ClusterScenario scenario = new(preparesAtBest: true);
        int[] nodes = scenario.OwnersFirst();
        scenario.Do(nodes[0], ClusterScenario.Put("x"));
        scenario.RunFor(TimeSpan.FromMilliseconds(50));
        scenario.Hold(message => message.Asks == kind && message.To == nodes[0]);
        TimeSpan began = scenario.Cluster.Scheduler.Now;
        scenario.Do(nodes[2], isRead ? Change.Identity : ClusterScenario.Put("y"));
        TimeSpan took = scenario.Cluster.Scheduler.Now - began;
        Assert.InRange(took.TotalMilliseconds, HedgeDelay.InitialMilliseconds - 1, HedgeDelay.InitialMilliseconds * 2);
        LoadReport load = scenario.Node(nodes[2]).Member!.Report().Load;
        Assert.Equal((1, 1, 0), (load.HedgesSent, load.HedgesWon, load.HedgesDenied));
        scenario.Release();
        scenario.RunFor(TimeSpan.FromMilliseconds(50));
        Assert.Null(scenario.Check());
    }

    [Fact]
    public void A_replica_that_is_gone_is_replaced_at_once_and_no_hedge_is_spent()
    {
        using ClusterScenario scenario = new(preparesAtBest: true);
        scenario.Node(2).Crash(withPower: false);
        scenario.RunUntil(() => !scenario.Node(1).Member!.Links.IsConnected(scenario.Cluster.Topology.Document.Members[1].Id), "node1 notices");
        scenario.Do(1, ClusterScenario.Put("x"));
        Assert.Equal(1, scenario.Said("node1 > node3  Prepare"));
        Assert.Equal(0, scenario.Node(1).Member!.Report().Load.HedgesSent);
        scenario.Node(2).Start();
        Assert.Null(scenario.Check());
    }

    [Fact]
    public void A_slow_replica_is_left_out_until_probes_find_that_it_has_recovered()
    {
        using ClusterScenario scenario = new(preparesAtBest: true);
        scenario.Do(1, ClusterScenario.Put("x"));
        scenario.RunFor(TimeSpan.FromMilliseconds(50));
        scenario.Cluster.Network.Slow(0, 1, factor: 1_000);
        scenario.Do(1, Change.Identity);
        int asked = scenario.Said("node1 > node2  Read");
        Read(scenario, times: 20, every: TimeSpan.FromMilliseconds(10));
        Assert.Equal(asked, scenario.Said("node1 > node2  Read"));

        Read(scenario, times: 40, every: TimeSpan.FromMilliseconds(100));
        Assert.InRange(scenario.Said("node1 > node2  Read") - asked, 2, 5);
        Assert.InRange(scenario.Node(1).Member!.Report().Load.Probes, 2, 6);

        scenario.Cluster.Network.Heal(0, 1);
        Read(scenario, times: 100, every: TimeSpan.FromMilliseconds(100));
        asked = scenario.Said("node1 > node2  Read");
        Read(scenario, times: 20, every: TimeSpan.FromMilliseconds(10));
        Assert.InRange(scenario.Said("node1 > node2  Read") - asked, 20, 22);
        Assert.Null(scenario.Check());
    }

    private static void Read(ClusterScenario scenario, int times, TimeSpan every)
    {
        for (int i = 0; i < times; i++)
        {
            TimeSpan began = scenario.Cluster.Scheduler.Now;
            ClientOperation read = scenario.Do(1, Change.Identity);
            Assert.Equal(OperationOutcome.Committed, read.Outcome);
            Assert.InRange(scenario.Cluster.Scheduler.Now - began, TimeSpan.Zero, TimeSpan.FromMilliseconds(30));
            scenario.RunFor(every);
        }
    }
}

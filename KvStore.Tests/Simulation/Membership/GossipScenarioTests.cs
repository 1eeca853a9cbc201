using KvStore.Node.Membership;

namespace KvStore.Tests.Simulation.Membership;

public sealed class GossipScenarioTests
{
    private const int SeedsHere = 100;

    private delegate string? Scenario(ulong seed, DetectorPlant plant);

    [Fact]
    public void Without_faults_nobody_is_suspected() => Holds(GossipScenario.Calm);

    [Fact]
    public void Loss_doubling_and_damage_of_packets_kill_nobody() => Holds(GossipScenario.Loss);

    [Fact]
    public void A_crash_is_known_to_all_in_time_and_so_is_the_return() => Holds(GossipScenario.Crash);

    [Fact]
    public void The_sides_of_a_partition_see_each_other_dead_until_it_heals() => Holds(GossipScenario.Partition);

    [Fact]
    public void A_paused_member_is_suspected_refutes_and_accuses_nobody() => Holds(GossipScenario.Pause);

    [Fact]
    public void A_flapping_way_between_two_kills_neither() => Holds(GossipScenario.Flapping);

    [Fact]
    public void A_member_that_hears_nobody_is_not_believed() => Holds(GossipScenario.Deaf);

    [Theory]
    [InlineData(DetectorPlant.IncarnationIgnored)]
    [InlineData(DetectorPlant.NoSuspicion)]
    [InlineData(DetectorPlant.NoRefutation)]
    internal void A_planted_mistake_is_found(DetectorPlant plant)
    {
        Scenario[] all = [GossipScenario.Loss, GossipScenario.Crash, GossipScenario.Partition, GossipScenario.Pause, GossipScenario.Deaf];
        Assert.Contains(Seeds(), seed => all.Any(scenario => scenario(seed, plant) is not null));
    }

    [Fact]
    public void A_seed_decides_everything()
    {
        Assert.Equal(Trace(7), Trace(7));
        Assert.NotEqual(Trace(7), Trace(8));

        static ulong Trace(ulong seed)
        {
            using GossipBed bed = GossipScenario.Settled(seed, DetectorPlant.None);
            bed.Machines[0].Crash();
            bed.RunFor(TimeSpan.FromSeconds(10));
            return bed.Scheduler.Trace.Value;
        }
    }

    private static void Holds(Scenario scenario) =>
        Assert.Empty(Seeds().Select(seed => scenario(seed, DetectorPlant.None)).Where(violation => violation is not null).Take(3));

    private static IEnumerable<ulong> Seeds() => Enumerable.Range(1, SeedsHere).Select(seed => (ulong)seed);
}

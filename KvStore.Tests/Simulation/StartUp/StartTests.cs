using KvStore.Node;
using KvStore.Node.Ring;
using KvStore.Node.Topology;

namespace KvStore.Tests.Simulation.StartUp;

public sealed class StartTests
{
    private const int SeedsHere = 12;
    private const int OutagesMax = 60;

    [Fact]
    public void Machines_become_one_cluster_and_agree_whatever_fails()
    {
        StartReport[] reports = [.. Seeds(SeedsHere).Select(seed => StartRun.Execute(seed))];
        Assert.All(reports, report => Assert.True(report.Violation is null, report.Describe()));

        // The runs met what they are about.
        Assert.True(reports.Sum(report => report.Counts.Joined) > SeedsHere);
        Assert.True(reports.Sum(report => report.Counts.Left) > SeedsHere);
        Assert.True(reports.Sum(report => report.Counts.Replaced) > 0);
        Assert.True(reports.Sum(report => report.Counts.Crashes) > SeedsHere * 3);
        Assert.True(reports.Sum(report => report.Counts.Partitions) > SeedsHere);
        Assert.True(reports.Sum(report => report.Counts.Wipes) > 0);
    }

    /// <summary>By the first seed that finds it, as simulate startup-plants tells.</summary>
    [Theory]
    [InlineData(StartPlant.SilentSeedsIgnored, 2)]
    [InlineData(StartPlant.AbsenceIgnored, 84)]
    [InlineData(StartPlant.EvictedVotes, 9)]
    [InlineData(StartPlant.IdentityKept, 1)]
    [InlineData(StartPlant.ClustersMixed, 1)]
    internal void A_planted_mistake_is_found(StartPlant plant, ulong seed) => Assert.NotNull(StartRun.Execute(seed, plant).Violation);

    /// <summary>A member was removed while it was cut off, and more epochs had passed when it was heard again: nobody told it.</summary>
    [Theory]
    [InlineData(71)]
    [InlineData(89)]
    public void What_a_seed_once_found_is_mended(ulong seed) => Assert.Null(StartRun.Execute(seed).Violation);

    [Fact]
    public void A_seed_decides_everything()
    {
        Assert.Equal(StartRun.Execute(5).Describe(), StartRun.Execute(5).Describe());
        Assert.NotEqual(StartRun.Execute(5).Trace, StartRun.Execute(6).Trace);
    }

    [Theory]
    [InlineData(1)]
    [InlineData(3)]
    [InlineData(7)]
    public void Empty_machines_that_start_at_once_become_one_cluster_in_three_epochs_at_most(int count)
    {
        using StartBed bed = new(1, count, TimeSpan.Zero);
        for (int i = 0; i < count; i++)
        {
            bed.Add(StartBed.SeedsOf(Enumerable.Range(0, count))).Start();
        }

        Agree(bed, bed.Machines);
        Assert.InRange(bed.Oracles.LastOf(0)!.Epoch.Number, 1U, 3U);
    }

    /// <summary>It has no seed but itself, and would form a cluster of its own if it forgot whom it knows.</summary>
    [Fact]
    public void A_member_that_was_removed_while_it_was_away_comes_back_to_its_cluster()
    {
        using StartBed bed = new(1, machines: 4, evictAfter: TimeSpan.FromSeconds(5));
        for (int i = 0; i < 4; i++)
        {
            bed.Add(StartBed.SeedsOf(0)).Start();
        }

        Agree(bed, bed.Machines);
        StartMachine away = bed.Machines[0];
        away.Crash(withPower: true);
        Agree(bed, [.. bed.Machines.Skip(1)]);
        away.Start();
        Agree(bed, bed.Machines);
        Assert.Equal((1, 1), (bed.Counts.Evicted, bed.Counts.ComeBackAsNew));
    }

    /// <summary>Let in is not yet owner: what no answer comes from is waited for, and turned away if it is dead for too long.</summary>
    [Theory]
    [InlineData(20, true)]
    [InlineData(90, false)]
    public void Who_is_let_in_owns_nothing_before_it_is_there(int secondsAway, bool isKept)
    {
        using StartBed bed = new(1, machines: 4, TimeSpan.Zero);
        for (int i = 0; i < 3; i++)
        {
            bed.Add(StartBed.SeedsOf(0, 1, 2)).Start();
        }

        Agree(bed, bed.Machines);
        StartMachine joiner = bed.Add(StartBed.SeedsOf(0, 1, 2));
        joiner.Start();
        Assert.True(bed.RunUntil(() => bed.Oracles.LastOf(0)!.Members.Count == 4, TimeSpan.FromMinutes(1)));
        joiner.Crash(withPower: false);
        TopologyDocument letIn = bed.Oracles.LastOf(0)!;
        Assert.Equal((3, null), (letIn.Current.Count, letIn.Next));

        RunFor(bed, TimeSpan.FromSeconds(secondsAway));
        TopologyDocument last = bed.Oracles.LastOf(0)!;
        Assert.Equal((isKept ? letIn.Epoch.Number : letIn.Epoch.Number + 1, isKept ? 4 : 3, null), (last.Epoch.Number, last.Members.Count, last.Next));
        joiner.Start();
        Agree(bed, bed.Machines);
    }

    /// <summary>It comes back before the node that is to take its place, or does not: then that is one change of owners.</summary>
    [Theory]
    [InlineData(false, "node1 node2 node3 node5", 5)]
    [InlineData(true, "node1 node2 node3 node4 node5", 5)]
    public void Whose_place_is_kept_is_replaced_unless_it_comes_back(bool comesBack, string members, uint epoch)
    {
        using StartBed bed = new(1, machines: 5, TimeSpan.Zero);
        for (int i = 0; i < 4; i++)
        {
            bed.Add(StartBed.SeedsOf(0, 1, 2, 3)).Start();
        }

        Agree(bed, bed.Machines);
        StartMachine gone = bed.Machines[3];
        MemberId id = gone.Parts!.Member.Id;
        gone.Crash(withPower: false);
        Assert.True(bed.RunUntil(() => bed.Machines[0].Parts!.Gossip.IsDead(id), TimeSpan.FromMinutes(1)));
        ChangeVerdict? verdict = null;
        bed.Machines[0].Process!.Run(async () => verdict =
            (await bed.Machines[0].Parts!.Topology.Changes.ApplyAsync(new ChangeOrder(MembershipChange.Replace, "node4", Successor: "node5"), "")).Verdict);
        Assert.True(bed.RunUntil(() => verdict is not null, TimeSpan.FromMinutes(1)));
        Assert.Equal(ChangeVerdict.Begun, verdict);
        if (comesBack)
        {
            gone.Start();
            Agree(bed, bed.Machines);
        }

        bed.Add(StartBed.SeedsOf(0, 1, 2, 3)).Start();
        Agree(bed, [.. bed.Machines.Where(machine => machine.Process is not null)]);
        TopologyDocument last = bed.Oracles.LastOf(0)!;
        Assert.Equal(members, string.Join(' ', last.Members.Select(member => member.Name)));
        Assert.Equal((epoch, true), (last.Epoch.Number, last.Members.All(member => member.Successor.Length == 0)));
    }

    /// <summary>One is gone for good; the others are paused and cut off one after the other, each for less than it takes.</summary>
    [Theory]
    [InlineData(1)]
    [InlineData(2)]
    [InlineData(3)]
    [InlineData(4)]
    [InlineData(5)]
    [InlineData(6)]
    public void Only_who_is_dead_for_long_enough_is_evicted(ulong seed)
    {
        using StartBed bed = new(seed, machines: 5, evictAfter: TimeSpan.FromSeconds(10));
        for (int i = 0; i < 5; i++)
        {
            bed.Add(StartBed.SeedsOf(0, 1, 2)).Start();
        }

        Agree(bed, bed.Machines);
        SeededRandom chance = bed.Streams.Of("outages");
        StartMachine gone = bed.Machines[chance.Next(5)];
        StartMachine[] others = [.. bed.Machines.Where(machine => machine != gone)];
        gone.Crash(withPower: chance.Chance(0.5));
        for (int outage = 0; bed.Counts.Evicted == 0 && outage < OutagesMax; outage++)
        {
            StartMachine troubled = others[chance.Next(others.Length)];
            bool isPause = chance.Chance(0.5);
            if (isPause)
            {
                troubled.Process!.Pause();
            }
            else
            {
                bed.Cut(network => network.Partition([troubled.Index]));
            }

            RunFor(bed, chance.NextTime(TimeSpan.FromSeconds(0.2), TimeSpan.FromSeconds(4)));
            if (isPause)
            {
                troubled.Process!.Resume();
            }
            else
            {
                bed.Heal();
            }

            RunFor(bed, chance.NextTime(TimeSpan.FromSeconds(0.5), TimeSpan.FromSeconds(3)));
        }

        Agree(bed, others);
        gone.Start();
        Agree(bed, bed.Machines);
        Assert.Equal((1, 1), (bed.Counts.Evicted, bed.Counts.ComeBackAsNew));
    }

    [Fact]
    public void A_member_that_has_a_seed_in_another_cluster_says_so_and_stays_where_it_is()
    {
        using StartBed bed = new(1, machines: 4, TimeSpan.Zero);
        for (int i = 0; i < 4; i++)
        {
            bed.Add(i < 2 ? StartBed.SeedsOf(0, 1) : StartBed.SeedsOf(2, 3), home: i / 2).Start();
        }

        Agree(bed, [.. bed.Machines.Take(2)]);
        Agree(bed, [.. bed.Machines.Skip(2)]);
        StartMachine misled = bed.Machines[3];
        misled.Crash(withPower: false);
        misled.Seeds = StartBed.SeedsOf(0, 2, 3);
        misled.Start();
        Assert.True(bed.RunUntil(() => bed.Warnings.Any(IsOfStranger), TimeSpan.FromMinutes(1)), string.Join('\n', bed.Warnings));
        RunFor(bed, TimeSpan.FromSeconds(20));
        Agree(bed, [.. bed.Machines.Take(2)]);
        Agree(bed, [.. bed.Machines.Skip(2)]);
        Assert.Single(bed.Warnings, IsOfStranger);
    }

    private static bool IsOfStranger(string warning) =>
        warning.StartsWith("node4/2: http://127.0.0.1:9001 is node1 of another cluster, kvstore", StringComparison.Ordinal)
        && warning.EndsWith("two clusters never merge", StringComparison.Ordinal);

    private static void Agree(StartBed bed, IReadOnlyList<StartMachine> machines) => Assert.True(
        bed.RunUntil(() => bed.Oracles.Disagreement(machines) is null, TimeSpan.FromMinutes(2)),
        bed.Oracles.Violation ?? bed.Oracles.Disagreement(machines));

    private static void RunFor(StartBed bed, TimeSpan time) => bed.RunUntil(static () => false, time);

    private static IEnumerable<ulong> Seeds(int count) => Enumerable.Range(1, count).Select(seed => (ulong)seed);
}

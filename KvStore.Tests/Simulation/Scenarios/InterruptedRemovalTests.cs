using KvStore.Node.Registers;

namespace KvStore.Tests.Simulation.Scenarios;

/// <summary>The power is cut after every single change of the disk that a removal of moved slots makes, with every part of it kept.</summary>
public sealed class InterruptedRemovalTests
{
    private static readonly IReadOnlyList<(int Step, long Kept)> Points = InterruptedRemoval.Points();

    [Fact]
    public void A_power_cut_in_a_removal_loses_nothing_that_is_owned_and_the_removal_goes_on()
    {
        List<int> left = [];
        foreach ((int step, long kept) in Points)
        {
            using InterruptedRemoval run = CutAt(step, kept);
            left.Add(run.Left);
            Assert.Equal((step, kept, null, null), (step, kept, run.Loss(), run.Resume()));
        }

        // Before the first removal, after each one alone, and after the last.
        Assert.Equal([0, 1, 2, 3, 4, 5], left.Distinct().Order());
    }

    [Fact]
    public void A_second_power_cut_while_the_removal_goes_on_loses_nothing_either()
    {
        int cuts = 0;
        foreach ((int step, long kept) in Points)
        {
            using InterruptedRemoval first = CutAt(step, kept);
            first.StartAgain();
            foreach ((int again, long keptAgain) in first.PointsToCome().ToArray())
            {
                cuts++;
                using InterruptedRemoval run = CutAt(step, kept);
                run.StartAgain();
                run.GoOn(again);
                run.Cut(keptAgain);
                Assert.Equal((step, kept, again, keptAgain, null, null), (step, kept, again, keptAgain, run.Loss(), run.Resume()));
            }
        }

        Assert.InRange(cuts, 2 * Points.Count, int.MaxValue);
    }

    [Fact]
    public void A_removal_that_is_cut_off_and_overtaken_by_a_change_that_gives_the_slots_back_loses_nothing()
    {
        foreach ((int step, long kept) in Points)
        {
            using InterruptedRemoval run = CutAt(step, kept);
            Assert.Equal((step, kept, null), (step, kept, run.TakeBack()));
        }
    }

    [Fact]
    public void A_removal_under_way_that_is_overtaken_by_a_change_that_gives_the_slots_back_loses_nothing()
    {
        foreach (int step in Points.Select(point => point.Step).Distinct())
        {
            using InterruptedRemoval run = new();
            run.GoOn(step);
            Assert.Equal((step, null), (step, run.TakeBack()));
        }
    }

    [Fact]
    public void What_is_kept_by_mistake_when_the_slots_come_back_is_found()
    {
        using InterruptedRemoval run = new(ProtocolFlaw.LeftoverKept);
        Assert.NotNull(run.TakeBack());
    }

    [Fact]
    public void A_register_that_is_lost_by_mistake_is_found()
    {
        using InterruptedRemoval run = new();
        run.Cut(kept: 0);
        Assert.NotNull(run.Loss());
    }

    private static InterruptedRemoval CutAt(int step, long kept)
    {
        InterruptedRemoval run = new();
        run.GoOn(step);
        run.Cut(kept);
        return run;
    }
}

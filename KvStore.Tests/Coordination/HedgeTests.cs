using KvStore.Node.Coordination;

namespace KvStore.Tests.Coordination;

public sealed class HedgeTests
{
    [Fact]
    public void Hedges_are_a_twentieth_of_the_requests_and_what_was_saved()
    {
        HedgeBudget budget = new();
        int denied = 0;
        for (int request = 0; request < 10_000; request++)
        {
            budget.OnRequest();
            denied += budget.TryTake(1) ? 0 : 1;
        }

        Assert.Equal(HedgeBudget.SavedMax + (9_999 / HedgeBudget.RequestsPerHedge), budget.Taken);
        Assert.Equal(10_000 - budget.Taken, denied);
    }

    [Fact]
    public void No_more_is_saved_than_the_limit()
    {
        HedgeBudget budget = new();
        for (int request = 0; request < 10_000; request++)
        {
            budget.OnRequest();
        }

        Assert.False(budget.TryTake(HedgeBudget.SavedMax + 1));
        Assert.True(budget.TryTake(HedgeBudget.SavedMax));
        Assert.False(budget.TryTake(1));
    }

    [Fact]
    public void The_delay_is_what_nineteen_of_twenty_do_not_exceed()
    {
        HedgeDelay delay = new();
        Assert.Equal(HedgeDelay.InitialMilliseconds, delay.Milliseconds);
        Add(delay, 640, sample => sample % 20 == 0 ? 90 : 7);
        Assert.Equal(8, delay.Milliseconds);
        Add(delay, 640, sample => sample % 10 == 0 ? 60 : 7);
        Assert.InRange(delay.Milliseconds, 60, 70);
    }

    [Fact]
    public void The_delay_has_a_floor_and_a_ceiling_and_follows_the_day()
    {
        HedgeDelay delay = new();
        Add(delay, 100, static _ => 0);
        Assert.Equal(HedgeDelay.MillisecondsMin, delay.Milliseconds);
        Add(delay, 3_000, static _ => 100_000);
        Assert.Equal(HedgeDelay.MillisecondsMax, delay.Milliseconds);
        Add(delay, 6_000, static _ => 2);
        Assert.Equal(HedgeDelay.MillisecondsMin, delay.Milliseconds);
    }

    [Theory]
    [InlineData(15, 16)]
    [InlineData(16, 20)]
    [InlineData(19, 20)]
    [InlineData(20, 24)]
    [InlineData(33, 40)]
    [InlineData(64, 80)]
    public void The_estimate_is_rounded_up_to_a_quarter_of_a_doubling(long milliseconds, int expected)
    {
        HedgeDelay delay = new();
        Add(delay, HedgeDelay.SamplesMin, _ => milliseconds);
        Assert.Equal(expected, delay.Milliseconds);
    }

    private static void Add(HedgeDelay delay, int samples, Func<int, long> milliseconds)
    {
        for (int sample = 0; sample < samples; sample++)
        {
            delay.Add(milliseconds(sample));
        }
    }
}

using KvStore.Node.Registers;

namespace KvStore.Tests.Registers;

public sealed class HybridClockTests
{
    [Fact]
    public void Counters_only_rise_whatever_the_wall_does()
    {
        HybridClock clock = new(above: 0);
        Random random = new(3);
        long last = 0;
        for (int i = 0; i < 10_000; i++)
        {
            long wall = random.Next(4) switch { 0 => long.MinValue, 1 => long.MaxValue, 2 => random.NextInt64(), _ => 1_700_000_000_000 };
            if (random.Next(3) == 0)
            {
                clock.Observe(random.NextInt64(1L << 62));
            }

            long next = clock.Next(wall);
            Assert.True(next > last, $"{next} after {last}");
            last = next;
        }
    }

    [Fact]
    public void Nothing_at_or_below_the_start_is_given() => Assert.Equal(1_001, new HybridClock(above: 1_000).Next(wallMilliseconds: 0));

    [Fact]
    public void A_wall_in_the_far_future_leaves_counters_to_count_with()
    {
        HybridClock clock = new(above: 0);
        long first = clock.Next(long.MaxValue);
        Assert.True(first <= HybridClock.CounterMax);
        Assert.Equal(first + 1, clock.Next(long.MaxValue));
        Assert.True(HybridClock.CounterMax - first > 1L << 61);
    }

    [Fact]
    public void A_counter_from_the_far_future_is_adopted()
    {
        HybridClock clock = new(above: 0);
        clock.Observe(HybridClock.CounterMax - 1);
        Assert.Equal(HybridClock.CounterMax, clock.Next(wallMilliseconds: 1));
    }

    [Fact]
    public void A_counter_that_cannot_be_is_not_adopted()
    {
        HybridClock clock = new(above: 0);
        clock.Observe(long.MaxValue);
        Assert.Equal(1L << 15, clock.Next(wallMilliseconds: 1));
    }

    [Fact]
    public void The_Bound_ahead_of_the_last_counter_is_a_counter_still() =>
        Assert.InRange(HybridClock.Ahead(HybridClock.CounterMax, 3_600_000), HybridClock.CounterMax, long.MaxValue - 1);
}

using KvStore.ServiceDefaults.Telemetry;
using Xunit;

namespace KvStore.Tests.ServiceDefaults.Telemetry;

public sealed class RateLimitTests
{
    private readonly ManualTime _time = new();

    [Theory]
    [InlineData(1)]
    [InlineData(500)]
    [InlineData(1_000_000)]
    public void A_burst_of_a_seconds_worth_is_admitted_and_nothing_more(int perSecondMax)
    {
        var limit = new RateLimit(perSecondMax, _time);

        Assert.Equal(perSecondMax, Take(limit, perSecondMax + 10));
        Assert.False(limit.HasRoom);
    }

    [Theory]
    [InlineData(1, 500)]
    [InlineData(7, 500)]
    [InlineData(500, 500)]
    public void A_steady_overload_is_admitted_at_the_rate(int perSecondMax, int seconds)
    {
        var limit = new RateLimit(perSecondMax, _time);
        Take(limit, perSecondMax);
        var taken = 0;

        for (var step = 0; step < seconds; step++)
        {
            _time.Advance(TimeSpan.FromSeconds(1));
            taken += Take(limit, perSecondMax * 2);
        }

        Assert.Equal((long)perSecondMax * seconds, taken);
    }

    [Fact]
    public void Idle_time_saves_up_one_second_and_no_more()
    {
        var limit = new RateLimit(10, _time);
        Take(limit, 10);

        _time.Advance(TimeSpan.FromHours(1));

        Assert.Equal(10, Take(limit, 100));
    }

    [Fact]
    public void Room_comes_back_one_by_one()
    {
        var limit = new RateLimit(10, _time);
        Take(limit, 10);

        _time.Advance(TimeSpan.FromMilliseconds(99));
        Assert.Equal((false, 0), (limit.HasRoom, Take(limit, 1)));
        _time.Advance(TimeSpan.FromMilliseconds(1));
        Assert.Equal((true, 1), (limit.HasRoom, Take(limit, 2)));
    }

    [Fact]
    public void Asking_for_room_takes_none()
    {
        var limit = new RateLimit(1, _time);

        Assert.True(limit.HasRoom);
        Assert.True(limit.HasRoom);
        Assert.True(limit.TryTake());
    }

    [Fact]
    public void Threads_together_never_take_more_than_the_limit()
    {
        var limit = new RateLimit(1000, _time);
        var taken = 0;

        Parallel.For(0, 8, _ => Interlocked.Add(ref taken, Take(limit, 10_000)));

        Assert.Equal(1000, taken);
    }

    private static int Take(RateLimit limit, int attempts) => Enumerable.Range(0, attempts).Count(_ => limit.TryTake());
}

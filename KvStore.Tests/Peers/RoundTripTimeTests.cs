using KvStore.Node.Peers;
using Xunit;

namespace KvStore.Tests.Peers;

public sealed class RoundTripTimeTests
{
    private readonly ManualTime _time = new();
    private RoundTripTime _roundTrip;

    [Fact]
    public void The_first_sample_counts_whole_and_later_ones_an_eighth()
    {
        Assert.Null(_roundTrip.Smoothed);
        Sample(8);
        Assert.Equal(TimeSpan.FromMilliseconds(8), _roundTrip.Smoothed);
        Sample(16);
        Assert.Equal(TimeSpan.FromMilliseconds(9), _roundTrip.Smoothed);
    }

    [Fact]
    public void An_answer_that_could_be_an_older_pings_is_not_measured()
    {
        Sample(8);
        _roundTrip.Sent(_time);
        _time.Advance(TimeSpan.FromSeconds(1));
        _roundTrip.Sent(_time);
        _time.Advance(TimeSpan.FromMilliseconds(1));
        _roundTrip.Answered(_time);
        _roundTrip.Answered(_time);
        Assert.Equal(TimeSpan.FromMilliseconds(8), _roundTrip.Smoothed);
        Sample(16);
        Assert.Equal(TimeSpan.FromMilliseconds(9), _roundTrip.Smoothed);
    }

    private void Sample(int milliseconds)
    {
        _roundTrip.Sent(_time);
        _time.Advance(TimeSpan.FromMilliseconds(milliseconds));
        _roundTrip.Answered(_time);
    }
}

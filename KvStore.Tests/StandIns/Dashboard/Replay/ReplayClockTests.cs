using Aspire.Dashboard.Replay;
using Aspire.Dashboard.Telemetry;

namespace KvStore.Tests.StandIns.Dashboard.Replay;

/// <summary>A clock from second 1,000 to 1,100, begun at second 5,000 of the wall.</summary>
public sealed class ReplayClockTests
{
    private static readonly ReplayClock Clock = ReplayClock.Over(Seconds(1_000), Seconds(1_100), Seconds(5_000))!;

    [Theory]
    [InlineData(1, 10, 1_010)]
    [InlineData(5, 10, 1_050)]
    [InlineData(20, 4, 1_080)]
    [InlineData(60, 1, 1_060)]
    [InlineData(60, 2, 1_100)]
    [InlineData(1, -5, 1_000)]
    public void It_goes_on_as_fast_as_it_is_told_and_not_beyond_its_end(int speed, int passed, int expected) =>
        Assert.Equal(Seconds(expected), Clock.WithSpeed(speed, Seconds(5_000)).At(Seconds(5_000 + passed)));

    [Fact]
    public void Paused_it_waits_and_goes_on_from_there()
    {
        ReplayClock paused = Clock.Pause(Seconds(5_010));
        Assert.Equal((true, Seconds(1_010)), (paused.IsPaused, paused.At(Seconds(9_999))));

        ReplayClock going = paused.GoOn(Seconds(6_000));
        Assert.Equal((false, Seconds(1_013)), (going.IsPaused, going.At(Seconds(6_003))));
    }

    [Fact]
    public void Another_speed_counts_from_where_it_was() =>
        Assert.Equal(Seconds(1_010 + 20), Clock.WithSpeed(20, Seconds(5_010)).At(Seconds(5_011)));

    [Fact]
    public void It_steps_and_jumps_within_its_window_and_waits_there()
    {
        Assert.Equal((true, Seconds(1_011)), Seen(Clock.Step(Seconds(1), Seconds(5_010))));
        Assert.Equal((true, Seconds(1_000)), Seen(Clock.Step(-Seconds(20), Seconds(5_010))));
        Assert.Equal((true, Seconds(1_070)), Seen(Clock.MoveTo(Seconds(1_070), Seconds(5_010))));
        Assert.Equal((true, Seconds(1_100)), Seen(Clock.MoveTo(Seconds(9_000), Seconds(5_010))));

        static (bool, long) Seen(ReplayClock clock) => (clock.IsPaused, clock.At(Seconds(7_000)));
    }

    [Fact]
    public void At_its_end_it_is_over_and_goes_on_from_the_beginning()
    {
        Assert.Equal((false, true), (Clock.IsOver(Seconds(5_099)), Clock.IsOver(Seconds(5_100))));
        Assert.Equal(Seconds(1_002), Clock.GoOn(Seconds(5_200)).At(Seconds(5_202)));
    }

    [Fact]
    public void In_an_address_it_is_the_window_the_place_the_speed_and_whether_it_waits()
    {
        ReplayClock paused = Clock.WithSpeed(5, Seconds(5_000)).Pause(Seconds(5_003));
        Assert.Equal("1000000-1100000-1015000-5-paused", paused.ToText());
        Assert.Equal(paused with { Anchor = 77 }, ReplayClock.FromText(paused.ToText(), 77));
        Assert.Equal("1000000-1100000-1000000-1", Clock.ToText());
        Assert.Equal(Clock with { Anchor = 77 }, ReplayClock.FromText(Clock.ToText(), 77));
        Assert.Equal("940000-1035000-1005000-1-paused", ReplayClock.TextAround(Seconds(1_000), Seconds(1_005)));
    }

    [Theory]
    [InlineData(null)]
    [InlineData("")]
    [InlineData("1000-2000-1500")]
    [InlineData("1000-2000-1500-3")]
    [InlineData("1000-2000-1500-1-now")]
    [InlineData("1000-2000-1500-1-paused-")]
    [InlineData("2000-1000-1500-1")]
    [InlineData("1000-1000-1000-1")]
    [InlineData("0-86400001-0-1")]
    [InlineData("1000-99999999999999999999-1500-1")]
    [InlineData("9223372036854775-9223372036854775807-1500-1")]
    [InlineData("a-b-c-d")]
    public void What_is_no_clock_is_none(string? text) => Assert.Null(ReplayClock.FromText(text, 0));

    [Fact]
    public void A_place_outside_of_its_window_is_the_end_that_is_nearest()
    {
        Assert.Equal(2_000 * UnixNanos.PerMillisecond, ReplayClock.FromText("1000-2000-9000-1", 0)!.Position);
        Assert.Equal(1_000 * UnixNanos.PerMillisecond, ReplayClock.FromText("1000-2000-0-1", 0)!.Position);
    }

    private static long Seconds(int seconds) => seconds * UnixNanos.PerSecond;
}

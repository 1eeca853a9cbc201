using KvStore.Node.Coordination;

namespace KvStore.Tests.Coordination;

public sealed class LaneTimersTests
{
    [Fact]
    public void What_is_due_runs_in_order_of_its_moment_and_then_of_the_asking()
    {
        LaneTimers timers = new();
        List<string> ran = [];
        timers.Add(20, () => ran.Add("20"));
        timers.Add(10, () => ran.Add("10 first"));
        timers.Add(10, () => ran.Add("10 second"));
        LaneTimer cancelled = timers.Add(5, () => ran.Add("never"));
        cancelled.Cancel();
        Assert.Equal(10, timers.NextDue);
        timers.Run(now: 15);
        Assert.Equal(["10 first", "10 second"], ran);
        Assert.Equal(20, timers.NextDue);
        timers.Run(now: 20);
        Assert.Equal(long.MaxValue, timers.NextDue);
    }
}

using Xunit;

namespace KvStore.Tests.Chaos;

public sealed class CapacityWindowsTests
{
    [Fact]
    public void Windows_that_get_faster_are_not_enough()
    {
        CapacityWindows windows = new();
        foreach (double rate in (double[])[100, 200, 400, 800, 1_600, 1_700])
        {
            windows.Add(rate);
            Assert.False(windows.AreEnough);
        }
    }

    [Fact]
    public void Three_that_are_no_faster_than_before_are_enough_and_the_one_in_the_middle_counts()
    {
        CapacityWindows windows = new();
        foreach (double rate in (double[])[100, 1_000, 1_010, 700])
        {
            windows.Add(rate);
            Assert.False(windows.AreEnough);
        }

        windows.Add(900);
        Assert.True(windows.AreEnough);
        Assert.Equal(900, windows.Capacity);
    }

    [Fact]
    public void Windows_that_get_faster_for_ever_are_ended()
    {
        CapacityWindows windows = new();
        while (!windows.AreEnough)
        {
            windows.Add(1 << windows.Count);
        }

        Assert.Equal(CapacityWindows.Max, windows.Count);
        Assert.Equal(1 << (CapacityWindows.Max - 2), windows.Capacity);
    }
}

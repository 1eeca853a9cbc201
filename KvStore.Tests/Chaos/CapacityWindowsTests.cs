using Xunit;

namespace KvStore.Tests.Chaos;

public sealed class CapacityWindowsTests
{
    [Fact]
    public void A_rest_between_two_tiers_of_the_compiler_is_not_enough()
    {
        CapacityWindows windows = new();
        for (int i = 1; i < CapacityWindows.Least; i++)
        {
            windows.Add(1_000);
            Assert.False(windows.AreEnough);
        }

        windows.Add(2_000);
        Assert.False(windows.AreEnough);
    }

    [Fact]
    public void Three_that_are_no_faster_than_before_are_enough_and_the_one_in_the_middle_counts()
    {
        CapacityWindows windows = new();
        for (int i = CapacityWindows.Steady; i < CapacityWindows.Least; i++)
        {
            windows.Add(1_000);
        }

        windows.Add(1_010);
        windows.Add(700);
        Assert.False(windows.AreEnough);
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

using KvStore.Node.Storage.Checkpoints;
using Xunit;

namespace KvStore.Tests.Storage;

public sealed class UpkeepPlanTests
{
    private const long CheckpointBytes = 4 << 20;
    private const long DataBytesMost = 64 << 20;

    [Theory]
    [InlineData(0, 0, false)]
    [InlineData(CheckpointBytes, DataBytesMost / 32, false)]
    [InlineData(CheckpointBytes / 4 * 5, 0, true)]
    [InlineData(0, (DataBytesMost / 32) + 1, true)]
    public void Compaction_is_pressed_by_writers_that_outrun_it(long logBytes, long writtenBytes, bool isPressed)
    {
        Assert.Equal(isPressed, UpkeepPlan.IsPressed(logBytes, CheckpointBytes, writtenBytes, DataBytesMost));
    }

    [Fact]
    public void Compaction_that_nobody_presses_works_a_quarter_of_the_time()
    {
        TimeSpan worked = TimeSpan.FromMilliseconds(5);
        Assert.Equal(worked * 4, worked + UpkeepPlan.RestAfter(worked));
    }
}

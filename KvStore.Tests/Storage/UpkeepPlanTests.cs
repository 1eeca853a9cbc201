using KvStore.Node.Ring;
using KvStore.Node.Storage;
using KvStore.Node.Storage.Checkpoints;
using Xunit;

namespace KvStore.Tests.Storage;

/// <summary>When a store compacts and makes checkpoints.</summary>
public sealed class UpkeepPlanTests
{
    [Fact]
    public void Writers_wait_for_compaction_where_they_outgrow_it_and_not_where_much_was_removed()
    {
        UpkeepPlan plan = PlanOf(isCompacting: true);
        long most = plan.DataBytesMost(liveBytes: 64 << 20);
        Assert.False(plan.HasOutgrown(most + (most / 4), 64 << 20, most, part: 4));
        Assert.True(plan.HasOutgrown(most + (most / 4) + 1, 64 << 20, most, part: 4));

        // Three quarters were removed, which makes what remains of them in the log too much, and the log a little longer.
        Assert.False(plan.HasOutgrown(most + (1 << 20), 16 << 20, most, part: 4));
        Assert.True(plan.HasOutgrown(most + (plan.DataBytesMost(16 << 20) / 4) + 1, 16 << 20, most, part: 4));

        // Some of it is compacted: writers have no more room than that for what they add.
        Assert.True(plan.HasOutgrown(most, 16 << 20, most - (plan.DataBytesMost(16 << 20) / 4) - 1, part: 4));
    }

    [Fact]
    public void A_store_that_never_compacts_has_no_writer_wait_for_it() =>
        Assert.False(PlanOf(isCompacting: false).HasOutgrown(1L << 40, 1 << 20, leastBytes: 0, part: 4));

    private static UpkeepPlan PlanOf(bool isCompacting) => new(
        new StoreOptions
        {
            Directory = "unused",
            Cluster = ClusterId.FromName("plan"),
            Member = MemberId.FromName(ClusterId.FromName("plan"), "node1"),
            Lanes = 1,
            IsCompacting = isCompacting,
        },
        segmentBytes: 1 << 20,
        pageBytes: 1 << 18);
}

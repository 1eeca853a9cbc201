using KvStore.Node.Storage;
using Xunit;
using static KvStore.Tests.Storage.StoreHarness;

namespace KvStore.Tests.Storage;

/// <summary>The first write or sync that fails, whichever it is, is the last.</summary>
public sealed class WriteErrorTests
{
    [Theory]
    [InlineData("Write", ".log")]
    [InlineData("SyncFile", ".log")]
    [InlineData("Write", ".log.new")]
    [InlineData("SyncFile", ".log.new")]
    [InlineData("RenameFile", ".log.new")]
    [InlineData("SyncDirectory", "log")]
    [InlineData("Write", "superblock.1")]
    [InlineData("SyncFile", "superblock.2")]
    [InlineData("Write", ".data")]
    [InlineData("SyncFile", ".data")]
    [InlineData("Write", ".checkpoint.new")]
    [InlineData("RenameFile", ".checkpoint.new")]
    [InlineData("Write", ".log", Durability.None)]
    [InlineData("SyncFile", ".log", Durability.None)]
    public async Task Nothing_is_acknowledged_after_it_nothing_is_tried_again_and_reads_go_on(
        string kind, string suffix, object? durability = null)
    {
        DiskOperationKind failing = Enum.Parse<DiskOperationKind>(kind);
        FailingDisk disk = new();
        await using FasterStoreHarness harness = new(options => options with { Observer = disk, Durability = (Durability?)durability ?? Durability.Commit });
        harness.Write(KeyOf("a"), Value(1));
        disk.Break(operation => operation.Kind == failing && operation.Path.EndsWith(suffix, StringComparison.Ordinal));

        int written = 0;
        long appended = 0;
        while (harness.Failures.Count == 0)
        {
            appended = harness.Append([.. Enumerable.Range(written, 20).Select(i => StoreEntry.Of(KeyOf(i), Value(i, 1000)))]);
            long due = appended;
            harness.WaitFor(() => harness.Durable >= due || harness.Failures.Count > 0, "the batch or the failure");
            for (int i = written; i < written + 20 && harness.Durable >= due; i++)
            {
                harness.Apply(KeyOf(i), Value(i, 1000));
            }

            written += 20;
        }

        long durable = harness.Durable;
        int failed = disk.Failed;
        long after = harness.Append(StoreEntry.Of(KeyOf("b"), Value(2)));
        Assert.True(after > appended);
        harness.AssertReadsBack();
        Assert.Single(harness.Failures);
        Assert.False(harness.Failures[0].IsDiskFull);
        Assert.Equal(durable, harness.Durable);
        Assert.Equal((1, harness.Failures[0]), (failed, harness.Store.Status.Failure));
    }
}

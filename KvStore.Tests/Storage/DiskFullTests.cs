using KvStore.Node.Registers;
using KvStore.Node.Ring;
using KvStore.Node.Storage;
using Xunit;
using static KvStore.Tests.Storage.StoreHarness;

namespace KvStore.Tests.Storage;

public sealed class DiskFullTests
{
    private static readonly TimeSpan Deadline = TimeSpan.FromSeconds(60);

    [Theory]
    [InlineData("log")]
    [InlineData("data")]
    [InlineData("")]
    public async Task A_full_disk_refuses_records_keeps_all_and_goes_away_by_itself(string folder)
    {
        FailingDisk disk = new();
        await using FasterStoreHarness harness = new(options => options with { Observer = disk });
        harness.WriteAll(Records(0, 100));

        disk.Fill(operation => IsGrowth(operation) && operation.Path.Contains(Path.Combine("store", folder), StringComparison.Ordinal));
        // The last batch may be admitted and not fit.
        int written = 100;
        long lsn = 0;
        while (harness.Store.Shortage is null)
        {
            ApplyDurable(harness, lsn, written - 20);
            lsn = harness.Append([.. Records(written, 20).Select(pair => StoreEntry.Of(pair.Key, pair.Record))]);
            written += 20;
            WaitUntil(() => harness.Durable >= lsn || harness.Store.Shortage is not null, "the batch or the shortage");
        }

        Assert.True(harness.Store.Shortage is { IsDiskFull: true });
        Assert.True(disk.Failed > 0);
        harness.AssertReadsBack();

        disk.Free();
        WaitUntil(() => harness.Store.Shortage is null, "room");
        harness.WaitDurable(lsn);
        ApplyDurable(harness, lsn, written - 20);
        harness.WriteAll(Records(written, 200));
        harness.AssertReadsBack();
        Assert.Empty(harness.Failures);
        await harness.CrashAsync();
        harness.AssertReadsBack();
    }

    [Fact]
    public async Task What_was_admitted_and_does_not_fit_waits_for_room_and_is_not_reported_before()
    {
        FailingDisk disk = new();
        await using FasterStoreHarness harness = new(options => options with { Observer = disk });
        harness.Write(KeyOf("a"), Value(1));
        disk.Fill(IsGrowth);

        // More than the segments that there are have room for.
        long lsn = harness.Append([.. Records(0, 400).Select(pair => StoreEntry.Of(pair.Key, pair.Record))]);
        WaitUntil(() => harness.Store.Shortage is not null, "the shortage");
        Assert.True(harness.Durable < lsn);
        Assert.Equal(Encoded(Value(1)), Encoded(harness.Read(KeyOf("a"))));

        disk.Free();
        harness.WaitDurable(lsn);
        Assert.Empty(harness.Failures);
    }

    [Fact]
    public async Task A_store_closes_while_something_waits_for_room()
    {
        FailingDisk disk = new();
        FasterStoreHarness harness = new(options => options with { Observer = disk });
        disk.Fill(IsGrowth);
        harness.Append([.. Records(0, 400).Select(pair => StoreEntry.Of(pair.Key, pair.Record))]);
        WaitUntil(() => harness.Store.Shortage is not null, "the shortage");
        await harness.DisposeAsync();
    }

    [Fact]
    public async Task A_store_opens_on_a_full_disk_and_reads()
    {
        FailingDisk disk = new();
        await using FasterStoreHarness harness = new(options => options with { Observer = disk });
        harness.WriteAll(Records(0, 100));
        disk.Fill(operation => IsGrowth(operation) || operation.Path.EndsWith("pid", StringComparison.Ordinal));

        await harness.CrashAsync();

        harness.AssertReadsBack();
        disk.Free();
        WaitUntil(() => harness.Store.Shortage is null, "room");
        harness.WriteAll(Records(100, 200));
        Assert.Empty(harness.Failures);
    }

    /// <summary>Its last block may not be in the data's file yet, and the disk may have no room for it.</summary>
    [Fact]
    public async Task A_checkpoint_is_opened_though_its_last_block_finds_no_room()
    {
        FailingDisk disk = new();
        await using FasterStoreHarness harness = new(options => options with { Observer = disk });
        harness.WriteAll(Records(0, 100));
        harness.Checkpoint();
        disk.Fill(operation => IsGrowth(operation) || operation.Path.EndsWith("pid", StringComparison.Ordinal));
        int failed = disk.Failed;

        await harness.CrashAsync();

        Assert.True(disk.Failed > failed);
        harness.AssertReadsBack();
        disk.Free();
        WaitUntil(() => harness.Store.Shortage is null, "room");
        harness.WriteAll(Records(50, 400));
        harness.AssertReadsBack();
        harness.Checkpoint();
        await harness.CrashAsync();
        harness.AssertReadsBack();
        Assert.Empty(harness.Failures);
    }

    [Fact]
    public async Task A_segment_that_stands_and_cannot_be_written_is_a_failure_whatever_the_system_says()
    {
        FailingDisk disk = new();
        await using FasterStoreHarness harness = new(options => options with { Observer = disk });
        harness.Write(KeyOf("a"), Value(1));
        disk.Fill(operation => operation.Kind == DiskOperationKind.Write && operation.Path.EndsWith(".log", StringComparison.Ordinal));

        long lsn = harness.Append(StoreEntry.Of(KeyOf("b"), Value(2)));
        harness.WaitFor(() => harness.Failures.Count > 0, "the failure");
        disk.Free();
        Assert.True(harness.Durable < lsn);
        Assert.Equal(Encoded(Value(1)), Encoded(harness.Read(KeyOf("a"))));
    }

    /// <summary>
    /// Checkpoints are due all the time and cannot be made: the one before stands and the log is kept, so a crash loses nothing;
    /// when there is room, the next one is made without being asked for.
    /// </summary>
    [Theory]
    [InlineData("checkpoints")]
    [InlineData("data")]
    [InlineData("")]
    public async Task A_checkpoint_without_room_waits_loses_nothing_and_is_made_when_there_is_room(string folder)
    {
        FailingDisk disk = new();
        await using FasterStoreHarness harness =
            new(options => options with { Observer = disk, CheckpointBytes = 128 << 10, IsCompacting = false });
        harness.WriteAll(Records(0, 300));
        WaitUntil(() => harness.CheckpointNumber > 0, "the first checkpoint");

        disk.FillBeyond(operation => IsGrowth(operation) && IsUpkeep(operation) && operation.Path.Contains(Path.Combine("store", folder), StringComparison.Ordinal));
        harness.WriteAll(Records(300, 400));
        WaitForFailure(disk);
        long number = harness.CheckpointNumber;
        harness.WriteAll(Records(700, 200));
        WaitForFailure(disk);
        Assert.Equal(number, harness.CheckpointNumber);
        Assert.Equal(folder != "checkpoints", harness.Store.Shortage is not null);
        harness.AssertReadsBack();

        await harness.CrashAsync();
        Assert.Equal(number, harness.CheckpointNumber);
        harness.AssertReadsBack();
        harness.WriteAll(Records(200, 400));
        WaitForFailure(disk);
        Assert.Equal(number, harness.CheckpointNumber);

        disk.Free();
        WaitUntil(() => harness.Store.Shortage is null && harness.CheckpointNumber > number, "a checkpoint with room");
        await harness.CrashAsync();
        Assert.True(harness.CheckpointNumber > number);
        harness.AssertReadsBack();
        Assert.Empty(harness.Failures);
    }

    /// <summary>It copies before it frees anything: what it copies must not fill the memory.</summary>
    [Fact]
    public async Task Compaction_without_room_gives_up_and_goes_on_when_there_is_room()
    {
        FailingDisk disk = new();
        await using FasterStoreHarness harness = new(options => options with { Observer = disk, CheckpointBytes = 128 << 10, IsCompacting = false });
        for (int round = 0; round < 10; round++)
        {
            harness.WriteAll(Records(0, 1_000).Select(each => (each.Key, Value((round * 1_000) + each.Key.Slot.Number, 1_000))));
        }

        disk.FillBeyond(operation => IsGrowth(operation) && operation.Path.EndsWith(".data", StringComparison.Ordinal));
        harness.Change(options => options with { IsCompacting = true });
        await harness.ReopenAsync();
        WaitUntil(() => harness.Store.Shortage is not null, "compaction without room");
        WaitForFailure(disk);
        long dataBytes = harness.Store.Status.Files.DataBytes;
        harness.AssertReadsBack();

        disk.Free();
        WaitUntil(() => harness.Store.Shortage is null && harness.Store.Status.Files.DataBytes < dataBytes / 2, "compaction with room");
        await harness.CrashAsync();
        harness.AssertReadsBack();
        Assert.Empty(harness.Failures);
    }

    /// <summary>Twice: what was under way when the disk became full may have ended well.</summary>
    private static void WaitForFailure(FailingDisk disk)
    {
        for (int i = 0; i < 2; i++)
        {
            int failed = disk.Failed;
            WaitUntil(() => disk.Failed > failed, "work that has no room");
        }
    }

    private static void ApplyDurable(FasterStoreHarness harness, long lsn, int first)
    {
        foreach ((Key key, RegisterRecord record) in lsn > 0 ? Records(first, 20) : [])
        {
            harness.Apply(key, record);
        }
    }

    /// <summary>What takes more of the disk: not a write to a log segment that stands, nor to the superblock.</summary>
    private static bool IsGrowth(DiskOperation operation) =>
        operation.Kind is DiskOperationKind.Write
        && (operation.Path.EndsWith(".new", StringComparison.Ordinal) || operation.Path.EndsWith(".data", StringComparison.Ordinal));

    /// <summary>The work of checkpoints: the data's pages and manifests, not the log's segments.</summary>
    private static bool IsUpkeep(DiskOperation operation) =>
        operation.Path.EndsWith(".data", StringComparison.Ordinal) || operation.Path.Contains(".checkpoint", StringComparison.Ordinal);

    private static IEnumerable<(Key Key, RegisterRecord Record)> Records(int first, int count) =>
        Enumerable.Range(first, count).Select(i => (KeyOf(i), Value(i, 1000)));

    private static void WaitUntil(Func<bool> condition, string what) =>
        Assert.True(SpinWait.SpinUntil(condition, Deadline), $"Waited {Deadline} for {what}.");
}

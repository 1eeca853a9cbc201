using KvStore.Node.Registers;
using KvStore.Node.Ring;
using KvStore.Node.Storage;
using KvStore.Node.Storage.Checkpoints;
using Xunit;
using static KvStore.Tests.Storage.StoreHarness;

namespace KvStore.Tests.Storage;

/// <summary>Checkpoints: what they hold is there after any crash, and what they make needless is gone.</summary>
public sealed class CheckpointTests
{
    private const long Never = 1L << 40;

    [Fact]
    public async Task What_is_in_a_checkpoint_and_in_the_log_after_it_is_there_after_a_crash()
    {
        await using FasterStoreHarness harness = OpenStore();
        harness.WriteAll(Enumerable.Range(0, 2000).Select(i => (KeyOf(i), Value(i, 400))));
        harness.Checkpoint();
        harness.WriteAll(Enumerable.Range(1500, 1000).Select(i => (KeyOf(i), i % 3 == 0 ? Tombstone(i + 5000) : Value(i + 5000, 300))));
        await harness.CrashAsync();

        Assert.Equal((1L, 2000L), (Files(harness).CheckpointNumber, Files(harness).CheckpointLsn));
        AssertWhole(harness);
        await harness.ReopenAsync();
        AssertWhole(harness);
    }

    [Fact]
    public async Task The_log_goes_behind_the_older_of_two_checkpoints()
    {
        await using FasterStoreHarness harness = OpenStore();
        for (int round = 0; round < 5; round++)
        {
            harness.WriteAll(Enumerable.Range(0, 1000).Select(i => (KeyOf(i), Value((round * 1000) + i, 200))));
            harness.Checkpoint();
        }

        Wait(() => FirstSegment(harness.Directory) > 10, "the log to be truncated");
        Assert.Equal(["0000000004.checkpoint", "0000000005.checkpoint"], Names(harness.Directory, "checkpoints"));
        Assert.InRange(Files(harness).LogBytes, 64 << 10, 1 << 20);
        await harness.CrashAsync();
        AssertWhole(harness);
        harness.WriteAll(Enumerable.Range(500, 1000).Select(i => (KeyOf(i), Value(9000 + i, 200))));
        harness.Checkpoint();
        await harness.CrashAsync();
        AssertWhole(harness);
    }

    /// <summary>The lengths differ by what a record's place has to spare, so a record counted as another shows in the bytes.</summary>
    [Fact]
    public async Task What_goes_over_records_while_a_checkpoint_is_made_is_counted_as_the_log_has_it()
    {
        await using FasterStoreHarness harness = OpenStore(options => options with { MemoryBytesMax = 4 << 20, Durability = Durability.None });
        int written = 0;
        for (int round = 0; round < 20; round++)
        {
            using CancellationTokenSource made = new();
            Task writing = Task.Factory.StartNew(
                () =>
                {
                    while (!made.IsCancellationRequested)
                    {
                        (Key Key, RegisterRecord Record)[] burst = [.. Enumerable.Range(0, 4000).Select(i => (KeyOf(i % 20), Value(++written, 25 + (written % 6))))];
                        harness.WaitDurable(harness.Append([.. burst.Select(pair => StoreEntry.Of(pair.Key, pair.Record))]));
                        foreach ((Key key, RegisterRecord record) in burst)
                        {
                            harness.Apply(key, record);
                        }
                    }
                },
                CancellationToken.None,
                TaskCreationOptions.LongRunning,
                TaskScheduler.Default);
            harness.Checkpoint();
            await made.CancelAsync();
            await writing;
            await harness.CrashAsync();
            AssertWhole(harness);
        }
    }

    [Fact]
    public async Task A_damaged_manifest_falls_back_to_the_one_before_and_loses_nothing()
    {
        await using FasterStoreHarness harness = await WithThreeCheckpointsAsync();
        long length = new FileInfo(Manifest(harness.Directory, 3)).Length;
        foreach (long offset in new[] { 0, 9, 60, 130, length / 2, length - 1 })
        {
            await harness.CrashAsync(directory => Flip(Manifest(directory, 3), offset));
            Assert.Equal(2, Files(harness).CheckpointNumber);
            AssertWhole(harness);
            harness.Checkpoint();
        }

        await harness.CrashAsync(directory => File.WriteAllBytes(Manifest(directory, 3), []));
        Assert.Equal(2, Files(harness).CheckpointNumber);
        AssertWhole(harness);
    }

    [Fact]
    public async Task A_damaged_block_that_only_the_newest_has_falls_back_to_the_one_before_and_loses_nothing()
    {
        await using FasterStoreHarness harness = await WithThreeCheckpointsAsync();
        Checkpoint newest = Read(harness.Directory, 3);
        Checkpoint before = Read(harness.Directory, 2);
        Assert.True(newest.TailAddress - before.TailAddress > 100_000);

        await harness.CrashAsync(directory => FlipData(directory, newest, (newest.TailAddress + before.TailAddress) / 2));

        Assert.Equal(2, Files(harness).CheckpointNumber);
        AssertWhole(harness);
        harness.WriteAll(Enumerable.Range(0, 500).Select(i => (KeyOf(i), Value(77_000 + i, 300))));
        harness.Checkpoint();
        await harness.CrashAsync();
        Assert.Equal(3, Files(harness).CheckpointNumber);
        AssertWhole(harness);
    }

    /// <summary>It is written again when the log goes on, and may be torn then.</summary>
    [Fact]
    public async Task The_tails_block_may_be_anything()
    {
        await using FasterStoreHarness harness = await WithThreeCheckpointsAsync();
        Checkpoint newest = Read(harness.Directory, 3);
        Assert.NotEqual(0, newest.TailBlock.Length);

        await harness.CrashAsync(directory => FlipData(directory, newest, newest.TailAddress - 1));

        Assert.Equal(3, Files(harness).CheckpointNumber);
        AssertWhole(harness);
    }

    [Fact]
    public async Task Damage_that_no_checkpoint_escapes_is_refused_naming_file_and_offset()
    {
        await using FasterStoreHarness harness = await WithThreeCheckpointsAsync();
        Checkpoint newest = Read(harness.Directory, 3);
        const long Address = 40_000;

        string block = harness.RefusalAfter(directory => FlipData(directory, newest, Address));
        string missing = harness.RefusalAfter(directory => File.Delete(DataFile(directory, newest, Address)));
        string manifests = harness.RefusalAfter(directory => Directory.Delete(Path.Combine(directory, "store", "checkpoints"), recursive: true));

        Assert.Contains($"0000000000.data: what is read at offset {Address / 4096 * 4096} is not what was written there", block, StringComparison.Ordinal);
        Assert.Contains("0000000000.data", missing, StringComparison.Ordinal);
        Assert.Contains(Path.Combine("store", "checkpoints"), manifests, StringComparison.Ordinal);
        Assert.All([block, missing, manifests], refusal => Assert.EndsWith("its peers have the data.", refusal, StringComparison.Ordinal));
    }

    [Theory]
    [InlineData("log", "0000000001.log is damaged at offset 0: the file is missing")]
    [InlineData("data", "cannot be opened, from offset 0")]
    [InlineData("checkpoints", "checkpoints is empty.")]
    public async Task A_directory_that_is_gone_is_refused_naming_what_is_missing_of_it(string name, string says)
    {
        await using FasterStoreHarness harness = await WithThreeCheckpointsAsync();
        says = says.Replace("0000000001", $"{FirstSegment(harness.Directory):D10}", StringComparison.Ordinal);

        string refusal = harness.RefusalAfter(directory => Directory.Delete(Path.Combine(directory, "store", name), recursive: true));

        Assert.Contains(says, refusal, StringComparison.Ordinal);
        Assert.EndsWith("its peers have the data.", refusal, StringComparison.Ordinal);
    }

    [Theory]
    [InlineData("data")]
    [InlineData("checkpoints")]
    public async Task Without_any_checkpoint_a_whole_log_replaces_a_directory_that_is_gone(string name)
    {
        await using FasterStoreHarness harness = OpenStore();
        harness.WriteAll(Enumerable.Range(0, 1000).Select(i => (KeyOf(i), Value(i, 200))));

        await harness.CrashAsync(directory => Directory.Delete(Path.Combine(directory, "store", name), recursive: true));
        AssertWhole(harness);

        harness.WriteAll(Enumerable.Range(0, 1000).Select(i => (KeyOf(i), Value(i + 1000, 200))));
        harness.Checkpoint();
        await harness.CrashAsync();
        AssertWhole(harness);
    }

    [Fact]
    public async Task Without_any_checkpoint_a_whole_log_is_enough()
    {
        await using FasterStoreHarness harness = OpenStore();
        harness.WriteAll(Enumerable.Range(0, 1000).Select(i => (KeyOf(i), Value(i, 200))));
        harness.Checkpoint();

        await harness.CrashAsync(directory => Flip(Manifest(directory, 1), 0));

        Assert.Equal(0, Files(harness).CheckpointNumber);
        AssertWhole(harness);
    }

    /// <summary>
    /// A checkpoint holds what lanes had applied at its cut, which is more than the log number it claims: others had appended before
    /// and apply later. Replaying the log over that must end in the same records and counts.
    /// </summary>
    [Theory]
    [InlineData(1)]
    [InlineData(2)]
    [InlineData(3)]
    [InlineData(4)]
    public async Task Checkpoints_between_append_and_apply_end_in_the_same_records_and_counts(int seed)
    {
        await using FasterStoreHarness harness = OpenStore();
        Random random = new(seed);
        List<(Key Key, RegisterRecord Record)> waiting = [];
        int ahead = 0;
        for (int i = 0; i < 3000; i++)
        {
            switch (random.Next(1000))
            {
                case < 600:
                    Key key = KeyOf(random.Next(120));
                    RegisterRecord record = random.Next(4) == 0 ? Tombstone(i) : Value(i, random.Next(600));
                    harness.WaitDurable(harness.Append(StoreEntry.Of(key, record)));
                    waiting.Add((key, record));
                    break;
                case < 985 when waiting.Count > 0:
                    ApplyOne(harness, waiting, random);
                    break;
                case < 995:
                    harness.Checkpoint();
                    ahead += Files(harness).CheckpointLsn < harness.Durable ? 1 : 0;
                    break;
                case < 1000:
                    await harness.CrashAsync();
                    waiting.ForEach(entry => harness.ExpectApplied(entry.Key, entry.Record));
                    waiting.Clear();
                    AssertWhole(harness);
                    break;
            }
        }

        Assert.True(ahead > 3, $"Only {ahead} checkpoints held less than the log.");
    }

    [Fact]
    public async Task A_larger_memory_takes_the_data_over_and_one_too_small_is_refused()
    {
        await using FasterStoreHarness harness = OpenStore();
        harness.WriteAll(Enumerable.Range(0, 3000).Select(i => (KeyOf(i % 2000), Value(i, 500))));
        harness.Checkpoint();
        harness.Change(options => options with { MemoryBytesMax = 8 << 20, ValueBytesMax = 60_000, SegmentBytes = 1 << 20 });
        await harness.CrashAsync();
        Assert.Equal(1, Files(harness).CheckpointNumber);
        AssertWhole(harness);
        harness.WriteAll(Enumerable.Range(1000, 2000).Select(i => (KeyOf(i), Value(i + 10_000, 700))));
        harness.Checkpoint();
        await harness.CrashAsync();
        AssertWhole(harness);
        harness.Checkpoint();
        harness.Checkpoint();

        harness.Change(options => options with { MemoryBytesMax = 256 << 10, ValueBytesMax = 4 << 10 });

        Assert.Contains("which cannot shrink", harness.RefusalAfter(_ => { }), StringComparison.Ordinal);
    }

    [Fact]
    public async Task Data_twelve_times_the_memory_reads_back_before_and_after_a_crash()
    {
        await using FasterStoreHarness harness = new();
        harness.WriteAll(Enumerable.Range(0, 3000).Select(i => (KeyOf(i), Value(i, 1000))));
        harness.WriteAll(Enumerable.Range(0, 1000).Select(i => (KeyOf(i * 3), Value(i + 10_000, 900))));
        Assert.InRange(harness.Store.Status.MemoryBytes, 1, 256 << 10);
        Assert.True(harness.Store.Status.Files.LiveBytes > 12 * (256 << 10));
        harness.AssertReadsBack();

        await harness.CrashAsync();

        Assert.True(Files(harness).CheckpointNumber > 3);
        AssertWhole(harness);
    }

    [Theory]
    [InlineData(1)]
    [InlineData(2)]
    public async Task Weaker_durability_checkpoints_too(int durability)
    {
        await using FasterStoreHarness harness = OpenStore(options => options with { Durability = (Durability)durability, IntervalMilliseconds = 60_000 });
        harness.WriteAll(Enumerable.Range(0, 1000).Select(i => (KeyOf(i), Value(i, 300))));
        harness.Checkpoint();
        await harness.CrashAsync();

        Assert.Equal(1000, Files(harness).CheckpointLsn);
        AssertWhole(harness);
    }

    [Fact]
    public async Task Facts_stand_after_the_log_that_set_them_is_gone()
    {
        await using FasterStoreHarness harness = OpenStore();
        harness.WaitDurable(harness.Append(
            StoreEntry.Of(FactOf(FactKind.Topology, 1, "document")),
            StoreEntry.Of(FactOf(FactKind.PendingChange, 7, "seven")),
            StoreEntry.Of(FactOf(FactKind.PendingChange, 8, "eight"))));
        for (int round = 0; round < 4; round++)
        {
            harness.WriteAll(Enumerable.Range(0, 1000).Select(i => (KeyOf(i), Value((round * 1000) + i, 200))));
            harness.Checkpoint();
        }

        harness.WaitDurable(harness.Append(StoreEntry.Of(FactOf(FactKind.PendingChange, 7, ""))));
        Wait(() => FirstSegment(harness.Directory) > 5, "the log to be truncated");
        await harness.CrashAsync();

        Assert.Equal(
            [(FactKind.Topology, 1L, 8), (FactKind.PendingChange, 8L, 5)],
            harness.Store.Contents.Facts.Select(fact => (fact.Kind, fact.Number, fact.Payload.Length)));
    }

    /// <summary>Makes checkpoints when told to, and moves no record: <see cref="CompactionTests"/> do.</summary>
    private static FasterStoreHarness OpenStore(Func<StoreOptions, StoreOptions>? change = null) =>
        new(options => (change ?? (same => same))(options with { CheckpointBytes = Never, IsCompacting = false }));

    /// <summary>A store whose log no longer begins with its first record, and something after the third checkpoint.</summary>
    private static async Task<FasterStoreHarness> WithThreeCheckpointsAsync()
    {
        FasterStoreHarness harness = OpenStore();
        for (int round = 0; round < 3; round++)
        {
            harness.WriteAll(Enumerable.Range(0, 1000).Select(i => (KeyOf(i + (round * 300)), Value((round * 1000) + i, 250))));
            harness.Checkpoint();
        }

        harness.WriteAll(Enumerable.Range(100, 300).Select(i => (KeyOf(i), Value(50_000 + i, 250))));
        Wait(() => FirstSegment(harness.Directory) > 1, "the log to be truncated");
        await harness.CrashAsync();
        return harness;
    }

    private static void ApplyOne(FasterStoreHarness harness, List<(Key Key, RegisterRecord Record)> waiting, Random random)
    {
        // Any lane may be slow, but within one the order is the log's.
        int lane = LaneOf(waiting[random.Next(waiting.Count)].Key);
        int next = waiting.FindIndex(entry => LaneOf(entry.Key) == lane);
        harness.Apply(waiting[next].Key, waiting[next].Record);
        waiting.RemoveAt(next);
    }

    /// <summary>Every record reads back, and the counts are those of the records.</summary>
    private static void AssertWhole(FasterStoreHarness harness)
    {
        harness.AssertReadsBack();
        foreach (IGrouping<Slot, KeyValuePair<Key, RegisterRecord>> slot in harness.Applied.GroupBy(pair => pair.Key.Slot))
        {
            SlotCounts counts = harness.Store.CountsOf(slot.Key);
            Assert.Equal(
                (
                    slot.LongCount(pair => pair.Value.HasValue),
                    slot.LongCount(pair => !pair.Value.HasValue),
                    slot.Where(pair => pair.Value.HasValue).Sum(pair => (long)pair.Key.Length + pair.Value.State!.Value.Length)),
                (counts.Keys, counts.Tombstones, counts.ValueBytes));
        }

        StorePage page = harness.Scan(new StoreScan(default, default, null, 100_000, WithValues: false));
        Assert.Equal(
            harness.Applied.Keys.Select(key => key.ToString()).Order(StringComparer.Ordinal), page.Entries.Select(entry => entry.Key.ToString()));
        Assert.Empty(harness.Failures);
    }

    private static StoreFiles Files(FasterStoreHarness harness) => harness.Store.Status.Files;

    private static string Manifest(string directory, long number) => Path.Combine(directory, "store", "checkpoints", $"{number:D10}.checkpoint");

    private static Checkpoint Read(string directory, long number) => CheckpointCodec.TryRead(File.ReadAllBytes(Manifest(directory, number)))!;

    private static string DataFile(string directory, Checkpoint checkpoint, long address) =>
        Path.Combine(directory, "store", "data", $"{address / checkpoint.Layout.SegmentBytes:D10}.data");

    private static void FlipData(string directory, Checkpoint checkpoint, long address) =>
        Flip(DataFile(directory, checkpoint, address), address % checkpoint.Layout.SegmentBytes);

    private static void Flip(string path, long offset)
    {
        using FileStream file = new(path, FileMode.Open, FileAccess.ReadWrite);
        file.Position = offset;
        int before = file.ReadByte();
        file.Position = offset;
        file.WriteByte((byte)(before ^ 0x10));
    }

    private static string[] Names(string directory, string sub) =>
        [.. Directory.GetFiles(Path.Combine(directory, "store", sub)).Select(path => Path.GetFileName(path)).Order(StringComparer.Ordinal)];

    private static long FirstSegment(string directory) => long.Parse(Names(directory, "log")[0][..10], null);

    private static void Wait(Func<bool> condition, string what) =>
        Assert.True(SpinWait.SpinUntil(condition, TimeSpan.FromSeconds(60)), $"Waited in vain for {what}.");
}

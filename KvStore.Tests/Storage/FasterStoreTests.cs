using System.Diagnostics.Metrics;
using KvStore.Node.Registers;
using KvStore.Node.Ring;
using KvStore.Node.Storage;
using Xunit;
using static KvStore.Tests.Storage.StoreHarness;

namespace KvStore.Tests.Storage;

public sealed class FasterStoreTests : StoreConformance
{
    /// <summary>Without its directory the log cannot get another segment, which is how a full or broken disk shows.</summary>
    [Fact]
    public async Task A_log_that_cannot_go_on_fails_once_and_reads_go_on()
    {
        await using FasterStoreHarness harness = new();
        harness.Write(KeyOf("a"), Value(1));
        Directory.Delete(Path.Combine(harness.Directory, "store", "log"), recursive: true);

        while (harness.Failures.Count == 0)
        {
            harness.Append([.. Enumerable.Range(0, 20).Select(i => StoreEntry.Of(KeyOf(i), Value(i, 1000)))]);
        }

        long durable = harness.Durable;
        long lsn = harness.Append(StoreEntry.Of(KeyOf("b"), Value(2)));
        Assert.True(lsn > durable);
        Assert.Equal(Encoded(Value(1)), Encoded(harness.Read(KeyOf("a"))));
        Assert.Single(harness.Scan(new StoreScan(default, default, null, 10, WithValues: true)).Entries);
        Assert.Single(harness.Failures);
        Assert.Equal((harness.Failures[0], durable), (harness.Store.Status.Failure, harness.Durable));
        Assert.False(harness.Failures[0].IsDiskFull);
        Assert.Contains(Path.Combine(harness.Directory, "store", "log"), harness.Failures[0].Message, StringComparison.Ordinal);
    }

    [Fact]
    public async Task A_data_log_that_cannot_be_written_fails_the_store_and_loses_no_applied_record()
    {
        await using FasterStoreHarness harness = new();
        Directory.Delete(Path.Combine(harness.Directory, "store", "data"), recursive: true);

        for (int i = 0; harness.Failures.Count == 0; i++)
        {
            harness.WaitFor(() => harness.Failures.Count > 0 || harness.Durable >= i, "a commit or the failure");
            Key key = KeyOf(i);
            long lsn = harness.Append(StoreEntry.Of(key, Value(i, 1000)));
            harness.WaitFor(() => harness.Failures.Count > 0 || harness.Durable >= lsn, "a commit or the failure");
            harness.Apply(key, Value(i, 1000));
        }

        harness.AssertReadsBack();
        Assert.Contains(Path.Combine(harness.Directory, "store", "data"), Assert.Single(harness.Failures).Message, StringComparison.Ordinal);
    }

    /// <summary>There may be no more of them than processors, and lanes run on them.</summary>
    [Fact]
    public async Task Who_goes_through_the_data_log_takes_no_thread_of_the_pool()
    {
        await using FasterStoreHarness harness = new();
        harness.Write(KeyOf("a"), Value(1));
        List<bool> seen = [];
        bool IsWanted(Slot slot)
        {
            seen.Add(Thread.CurrentThread.IsThreadPoolThread);
            return true;
        }

        await harness.Store.ReadPassAsync(new StorePass(IsWanted, PassCursor.Start, 10, 1 << 20, WithValues: true), TestContext.Current.CancellationToken);

        Assert.Equal([false], seen.Distinct());
    }

    [Fact]
    public async Task What_the_data_log_gives_back_damaged_is_reported_to_nobody()
    {
        await using FasterStoreHarness harness = new(options => options with { CheckpointBytes = 1L << 40 });
        harness.WriteAll(Enumerable.Range(0, 2000).Select(i => (KeyOf(i), Value(i, 500))));
        DamageEveryBlock(Path.Combine(harness.Directory, "store", "data"));

        Assert.False(harness.Store.TryRead(LaneOf(KeyOf(0)), KeyOf(0), out _));
        harness.Store.BeginRead(LaneOf(KeyOf(0)), KeyOf(0), 1);
        harness.WaitFor(() => harness.Failures.Count > 0, "the failure");

        Assert.Contains("is not what was written there", Assert.Single(harness.Failures).Message, StringComparison.Ordinal);
        await Assert.ThrowsAsync<IOException>(() => harness.Store.ScanAsync(new StoreScan(default, default, null, 9999, true), TestContext.Current.CancellationToken).AsTask());
        Assert.False(harness.HasCompletedReads);
        await harness.ReopenAsync();
        harness.AssertReadsBack();
    }

    [Fact]
    public async Task A_key_overwritten_all_the_time_is_in_every_scan()
    {
        await using FasterStoreHarness harness = new();
        harness.WriteAll(Enumerable.Range(0, 300).Select(i => (KeyOf(i), Value(i))));
        Key[] hot = [.. Enumerable.Range(0, 30).Select(i => KeyOf(i * 10))];
        for (int round = 1; round <= 40; round++)
        {
            // As many overwrites as a pass has records, over and over, beside every scan.
            Task writer = Task.Run(
                () =>
                {
                    for (int i = 0; i < 1000; i++)
                    {
                        harness.Apply(hot[i % hot.Length], Value((round * 1000) + i, i % 40));
                    }
                },
                CancellationToken.None);
            StorePage page;
            do
            {
                page = harness.Scan(new StoreScan(default, default, null, 1000, WithValues: true));
                Assert.Equal(Enumerable.Range(0, 300).Select(n => KeyOf(n).ToString()), page.Entries.Select(entry => entry.Key.ToString()));
            }
            while (!writer.IsCompleted);

            await writer;
        }
    }

    [Fact]
    public async Task Lanes_read_and_write_beside_each_other_with_most_records_on_disk()
    {
        await using FasterStoreHarness harness = new();
        Dictionary<int, Key[]> keysOfLane = Enumerable.Range(0, 3000).Select(KeyOf).GroupBy(key => LaneOf(key)).ToDictionary(group => group.Key, group => group.ToArray());
        long diskReads = 0;
        await Task.WhenAll(Enumerable.Range(0, Lanes).Select(lane => Task.Run(() => RunLane(lane), TestContext.Current.CancellationToken)));

        Assert.True(diskReads > 1000, $"Only {diskReads} reads needed the disk.");

        void RunLane(int lane)
        {
            Random random = new(lane);
            Dictionary<Key, RegisterRecord> mine = [];
            for (int i = 0; i < 20_000; i++)
            {
                Key key = keysOfLane[lane][random.Next(keysOfLane[lane].Length)];
                RegisterRecord known = mine.GetValueOrDefault(key);
                if (random.Next(3) > 0)
                {
                    // What the view began to read is from before, where it needed the disk.
                    AssertView(lane, key, known);
                    RegisterRecord record = Value(i, random.Next(700));
                    harness.Store.Apply(lane, key, known, record, 0);
                    mine[key] = known = record;
                }

                if (random.Next(2) == 0)
                {
                    AssertView(lane, key, known);
                }

                if (harness.Store.TryRead(lane, key, out RegisterRecord read))
                {
                    Assert.Equal(Encoded(known), Encoded(read));
                }
                else
                {
                    Interlocked.Increment(ref diskReads);
                    Assert.Equal(Encoded(known), Encoded(harness.ReadBegun(key)));
                }
            }
        }

        void AssertView(int lane, Key key, RegisterRecord known)
        {
            if (harness.Store.TryView(lane, key, out RegisterView view))
            {
                Assert.Equal((known.HasValue, known.State?.Version ?? StateVersion.None), (view.HasValue, view.Version));
                Assert.True(view.Value.SequenceEqual(known.HasValue ? known.State!.Value.Span : default));
            }
        }
    }

    [Fact]
    public async Task Appends_from_many_threads_are_all_there_and_bounded()
    {
        await using FasterStoreHarness harness = new(options => options with { PendingBytesMax = 1 << 20 });
        HashSet<long> numbers = [];
        await Task.WhenAll(Enumerable.Range(0, 8).Select(thread => Task.Run(() => AppendFrom(thread), TestContext.Current.CancellationToken)));
        harness.WaitDurable(8000);

        Assert.Equal(8000, numbers.Max());
        await harness.CrashAsync();
        Assert.Equal(8000, harness.Store.Contents.DurableLsn);
        harness.AssertReadsBack();

        void AppendFrom(int thread)
        {
            for (int i = 0; i < 1000; i++)
            {
                Key key = KeyOf((thread * 1000) + i);
                long lsn = harness.Append(StoreEntry.Of(key, Value(i, 1500)));
                lock (numbers)
                {
                    Assert.True(numbers.Add(lsn));
                    harness.ExpectApplied(key, Value(i, 1500));
                }
            }
        }
    }

    [Theory]
    [InlineData(0)]
    [InlineData(2)]
    public async Task A_lane_that_appends_from_inside_the_durable_report_never_waits_for_itself(int durability)
    {
        using TemporaryDirectory temporary = new(inMemory: true);
        await using KvStore.Node.Storage.Faster.FasterStore store = KvStore.Node.Storage.Faster.FasterStore.Open(
            FasterStoreHarness.Options(temporary.Path) with { PendingBytesMax = 1 << 20, Durability = (Durability)durability });
        using ManualResetEventSlim done = new();
        StoreEntry[] entries = [.. Enumerable.Range(0, 500).Select(i => StoreEntry.Of(KeyOf(i), Value(i, 4000)))];
        store.Start(new StoreEvents(
            lsn =>
            {
                if (lsn < 2000 && store.Status.AppendedLsn < 2000)
                {
                    store.Append(entries);
                }
                else if (lsn >= 2000)
                {
                    done.Set();
                }
            },
            _ => { },
            (_, _, _) => { }));

        store.Append(entries);

        Assert.True(done.Wait(TimeSpan.FromSeconds(60), TestContext.Current.CancellationToken), "The committer waited for itself.");
    }

    [Theory]
    [InlineData(1, "interval")]
    [InlineData(2, "none")]
    public async Task Weaker_durability_is_shown_and_keeps_everything_through_a_clean_stop(int durability, string name)
    {
        await using FasterStoreHarness harness = new(options => options with { Durability = (Durability)durability, IntervalMilliseconds = 5 });
        Assert.Equal(name, harness.Store.Status.Durability);
        harness.WriteAll(Enumerable.Range(0, 1000).Select(i => (KeyOf(i), Value(i, 300))));

        await harness.ReopenAsync();

        harness.AssertReadsBack();
        Assert.Equal(1000, harness.Store.Contents.DurableLsn);
    }

    [Fact]
    public async Task Segments_may_change_their_size_between_boots()
    {
        await using FasterStoreHarness harness = new();
        harness.WriteAll(Enumerable.Range(0, 200).Select(i => (KeyOf(i), Value(i, 1000))));
        harness.Change(options => options with { SegmentBytes = 4 << 20, ValueBytesMax = 100_000, MemoryBytesMax = 4 << 20 });
        await harness.ReopenAsync();
        harness.WriteAll(Enumerable.Range(0, 30).Select(i => (KeyOf(i), Value(i, 90_000))));
        harness.Change(options => FasterStoreHarness.Options(options.Directory) with { ValueBytesMax = 100_000, MemoryBytesMax = 4 << 20, SegmentBytes = 1 << 20 });
        await harness.ReopenAsync();

        harness.AssertReadsBack();
    }

    [Fact]
    public async Task The_status_says_what_the_disk_and_the_log_hold()
    {
        await using FasterStoreHarness harness = new();
        harness.WriteAll(Enumerable.Range(0, 10).Select(i => (KeyOf(i), Value(i, 100))));
        harness.Write(KeyOf(0), Tombstone(99));

        StoreStatus status = harness.Store.Status;

        Assert.Equal(
            new StoreStatus(9, 1, 9 * 110, 11, 11, status.Commits, status.DiskBytes, status.Files, (128 << 10) + (64 << 10), "commit", null),
            status);
        Assert.InRange(status.Commits, 2, 11);
        Assert.InRange(status.DiskBytes, 64 << 10, 1 << 20);
    }

    [Fact]
    public async Task Commits_and_disk_reads_are_measured()
    {
        Dictionary<string, double> sums = [];
        using MeterListener listener = new();
        listener.InstrumentPublished = (instrument, self) =>
        {
            if (instrument.Meter.Name == StoreMetrics.MeterName)
            {
                self.EnableMeasurementEvents(instrument);
            }
        };
        listener.SetMeasurementEventCallback<long>((instrument, value, _, _) => Add(instrument.Name, value));
        listener.SetMeasurementEventCallback<int>((instrument, value, _, _) => Add(instrument.Name, value));
        listener.SetMeasurementEventCallback<double>((instrument, value, _, _) => Add(instrument.Name, value));
        listener.Start();

        await using FasterStoreHarness harness = new();
        harness.WriteAll(Enumerable.Range(0, 2000).Select(i => (KeyOf(i), Value(i, 500))));
        harness.AssertReadsBack();

        lock (sums)
        {
            Assert.True(sums["kvstore.storage.commits"] >= 8);
            Assert.True(sums["kvstore.storage.commit.records"] >= 2000);
            Assert.True(sums["kvstore.storage.commit.duration"] > 0);
            Assert.True(sums["kvstore.storage.appended"] > 2000 * 500);
            Assert.True(sums["kvstore.storage.disk_reads"] > 100);
        }

        void Add(string name, double value)
        {
            lock (sums)
            {
                sums[name] = sums.GetValueOrDefault(name) + value;
            }
        }
    }

    private static void DamageEveryBlock(string directory)
    {
        byte[] damage = new byte[64];
        foreach (string file in Directory.GetFiles(directory))
        {
            using FileStream stream = new(file, FileMode.Open, FileAccess.ReadWrite, FileShare.ReadWrite);
            for (long at = 0; at < stream.Length; at += 4096)
            {
                stream.Position = at + 1000;
                stream.Write(damage);
            }
        }
    }

    private protected override StoreHarness OpenStore(bool readsFromDisk = false) => new FasterStoreHarness();

    private protected override StoreHarness OpenStoreForLargeValues() => new FasterStoreHarness(options => options with
    {
        MemoryBytesMax = 16 << 20,
        ValueBytesMax = 1 << 20,
        SegmentBytes = null,
    });
}

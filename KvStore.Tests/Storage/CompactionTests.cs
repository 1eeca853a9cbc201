using KvStore.Node.Registers;
using KvStore.Node.Ring;
using KvStore.Node.Storage;
using Xunit;
using static KvStore.Tests.Storage.StoreHarness;

namespace KvStore.Tests.Storage;

/// <summary>What was replaced leaves the disk, and nothing else does, whatever is going on meanwhile.</summary>
public sealed class CompactionTests
{
    private const int Keys = 1000;

    /// <summary>Of overwriting beside scans: so many at least, and more where scans come slowly.</summary>
    private const int RoundsMin = 60;

    private const int RoundsMax = 5_000;

    private const int ScansMin = 4;

    [Fact]
    public async Task Overwriting_the_same_keys_again_and_again_keeps_the_disk_bounded()
    {
        await using FasterStoreHarness harness = new();
        long most = 0;
        for (int round = 0; round < 60; round++)
        {
            harness.WriteAll(Enumerable.Range(0, Keys).Select(i => (KeyOf(i), Value((round * Keys) + i, 1000))));
            most = Math.Max(most, harness.Store.Status.DiskBytes);
        }

        // Sixty times the live data was written; its constants (segments, pages) are large beside so little.
        StoreStatus status = harness.Store.Status;
        Assert.InRange(status.Files.LiveBytes, Keys * 1000, Keys * 1200);
        Assert.InRange(most, status.Files.LiveBytes, 6 * status.Files.LiveBytes);
        harness.AssertReadsBack();
        await harness.CrashAsync();
        harness.AssertReadsBack();
        await harness.ReopenAsync();
        harness.AssertReadsBack();
        AssertTotals(harness);
    }

    /// <summary>The checkpoint after compaction frees nothing yet, because the one before it is kept; and nobody writes for another.</summary>
    [Fact]
    public async Task What_was_compacted_leaves_the_disk_of_a_store_that_is_idle()
    {
        await using FasterStoreHarness harness = new(options => options with { IsCompacting = false });
        for (int round = 0; round < 20; round++)
        {
            harness.WriteAll(Enumerable.Range(0, Keys).Select(i => (KeyOf(i), Value((round * Keys) + i, 1000))));
        }

        harness.Change(options => options with { IsCompacting = true });
        await harness.ReopenAsync();
        AssertCompacted(harness, 20 * Keys * 1000);
        harness.AssertReadsBack();
        await harness.CrashAsync();
        harness.AssertReadsBack();
    }

    [Fact]
    public async Task Scans_miss_nothing_while_the_data_is_compacted()
    {
        await using FasterStoreHarness harness = new();
        harness.WriteAll(Enumerable.Range(0, 600).Select(i => (KeyOf(i), Value(i, 1000))));
        string[] all = [.. Enumerable.Range(0, 600).Select(i => KeyOf(i).ToString())];
        int scans = 0;
        int rounds = 0;
        Task writer = Task.Run(
            () =>
            {
                while (rounds < RoundsMin || (Volatile.Read(ref scans) < ScansMin && rounds < RoundsMax))
                {
                    // Every third key stays as it was, so that there is something to copy.
                    rounds++;
                    harness.WriteAll(Enumerable.Range(0, 600).Where(i => i % 3 != 0).Select(i => (KeyOf(i), Value((rounds * 1000) + i, 1000))));
                }
            },
            CancellationToken.None);
        while (!writer.IsCompleted)
        {
            StorePage page = harness.Scan(new StoreScan(default, default, null, 1000, WithValues: true));
            Assert.Equal(all, page.Entries.Select(entry => entry.Key.ToString()));
            Interlocked.Increment(ref scans);
        }

        await writer;
        Assert.True(scans >= ScansMin, $"Only {scans} scans in {rounds} rounds.");
        AssertCompacted(harness, 40_000_000);
        harness.AssertReadsBack();
    }

    /// <summary>What a pass has still to come by is copied behind its end, and the files that it would have read are emptied.</summary>
    [Fact]
    public async Task A_pass_meets_every_key_though_compaction_moves_them_between_its_pages()
    {
        await using FasterStoreHarness harness = new();
        harness.WriteAll(Enumerable.Range(0, 600).Select(i => (KeyOf(i), Value(i, 1000))));
        HashSet<string> met = [];
        PassCursor from = PassCursor.Start;
        int pages = 0;
        for (bool complete = false; !complete; pages++)
        {
            Task<PassPage> reading = harness.Store.ReadPassAsync(new StorePass(_ => true, from, 20, 1 << 20, WithValues: false), CancellationToken.None).AsTask();
            harness.WaitForTask(reading);
            PassPage page = await reading;
            met.UnionWith(page.Entries.Select(entry => entry.Key.ToString()));
            (from, complete) = (page.Next, page.Complete);
            for (int round = 0; round < 4 && pages < 25; round++)
            {
                // Every third key stays as it was, so that it is compaction that moves it.
                int written = 1000 * ((4 * pages) + round + 1);
                harness.WriteAll(Enumerable.Range(0, 600).Where(i => i % 3 != 0).Select(i => (KeyOf(i), Value(written + i, 1000))));
            }
        }

        Assert.Superset(Enumerable.Range(0, 600).Select(i => KeyOf(i).ToString()).ToHashSet(), met);
        Assert.InRange(pages, 30, 200);
        AssertCompacted(harness, 40_000_000);
        harness.AssertReadsBack();
    }

    [Fact]
    public async Task Lanes_read_and_write_while_the_data_is_compacted()
    {
        await using FasterStoreHarness harness = new();
        Dictionary<int, Key[]> keysOfLane = Enumerable.Range(0, 1500).Select(KeyOf).GroupBy(key => LaneOf(key)).ToDictionary(group => group.Key, group => group.ToArray());
        await Task.WhenAll(Enumerable.Range(0, Lanes).Select(lane => Task.Run(() => RunLane(lane), TestContext.Current.CancellationToken)));

        AssertCompacted(harness, 20_000_000);
        harness.Checkpoint();
        await harness.CrashAsync();
        harness.AssertReadsBack();
        AssertTotals(harness);

        void RunLane(int lane)
        {
            Random random = new(lane);
            Dictionary<Key, RegisterRecord> mine = [];
            for (int i = 0; i < 12_000; i++)
            {
                // A few keys are written most of the time, so that the others are copied again and again.
                Key[] keys = keysOfLane[lane];
                Key key = random.Next(4) > 0 ? keys[random.Next(keys.Length / 10)] : keys[random.Next(keys.Length)];
                RegisterRecord known = mine.GetValueOrDefault(key);
                if (random.Next(3) > 0)
                {
                    RegisterRecord record = Value((lane * 100_000) + i, random.Next(2000));
                    long lsn = harness.Store.Append([StoreEntry.Of(key, record)]);
                    harness.WaitDurable(lsn);
                    harness.Store.Apply(lane, key, known, record, lsn);
                    mine[key] = record;
                }
                else
                {
                    RegisterRecord read = harness.Read(key);
                    Assert.Equal(Encoded(known), Encoded(read));
                }
            }

            lock (harness)
            {
                foreach ((Key key, RegisterRecord record) in mine)
                {
                    harness.ExpectApplied(key, record);
                }
            }
        }
    }

    [Fact]
    public async Task Purged_keys_do_not_come_back()
    {
        await using FasterStoreHarness harness = new();
        for (int round = 0; round < 40; round++)
        {
            harness.WriteAll(Enumerable.Range(0, 500).Select(i => (KeyOf(i), Value((round * 1000) + i, 1000))));
            for (int i = round; i < 500; i += 50)
            {
                harness.Write(KeyOf(i), Tombstone((round * 1000) + 600 + i));
                harness.Purge(KeyOf(i));
            }
        }

        AssertCompacted(harness, 15_000_000);
        for (int i = 0; i < 500; i++)
        {
            Assert.Equal(Encoded(harness.Applied.GetValueOrDefault(KeyOf(i))), Encoded(harness.Read(KeyOf(i))));
        }

        await harness.CrashAsync();
        Assert.InRange(harness.Applied.Count, 400, 499);
        for (int i = 0; i < 500; i++)
        {
            Assert.Equal(Encoded(harness.Applied.GetValueOrDefault(KeyOf(i))), Encoded(harness.Read(KeyOf(i))));
        }
    }

    /// <summary>
    /// Of what was written, most is no longer in the files, as soon as compaction has come to it: a writer is slowed down while
    /// it is behind, not stopped, so on a busy machine it may still be at work when the last write is done.
    /// </summary>
    private static void AssertCompacted(FasterStoreHarness harness, long writtenBytes)
    {
        harness.WaitUntil(
            () => harness.Store.Status.Files.DataBytes <= writtenBytes / 4,
            $"the data of {writtenBytes} bytes written to be compacted to a quarter");
        Assert.NotEqual(0, harness.Store.Status.Files.DataBytes);
    }

    private static void AssertTotals(FasterStoreHarness harness)
    {
        StoreStatus status = harness.Store.Status;
        Assert.Equal(
            (harness.Applied.Count, harness.Applied.Sum(pair => (long)pair.Key.Length + pair.Value.State!.Value.Length)),
            (status.Keys, status.ValueBytes));
    }
}

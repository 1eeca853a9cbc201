using System.Text;
using KvStore.Node.Registers;
using KvStore.Node.Ring;
using KvStore.Node.Storage;
using Xunit;
using static KvStore.Tests.Storage.StoreHarness;

namespace KvStore.Tests.Storage;

/// <summary>What every store must do. Run once for each.</summary>
public abstract class StoreConformance
{
    private protected abstract StoreHarness OpenStore(bool readsFromDisk = false);

    private protected abstract StoreHarness OpenStoreForLargeValues();

    [Fact]
    public async Task A_new_store_is_empty_and_knows_whose_it_is()
    {
        await using StoreHarness harness = OpenStore();

        StoreContents contents = harness.Store.Contents;
        Assert.Equal((FasterStoreHarness.Cluster, FasterStoreHarness.Member), (contents.Cluster, contents.Member));
        Assert.Equal((1L, 0L, 0), (contents.BootCount, contents.DurableLsn, contents.Facts.Count));
        Assert.True(harness.Read(KeyOf("a")).IsAbsent);
    }

    [Fact]
    public async Task A_record_is_readable_when_it_was_applied_and_not_before()
    {
        await using StoreHarness harness = OpenStore();
        Key key = KeyOf("a");

        long lsn = harness.Append(StoreEntry.Of(key, Value(1)));
        Assert.True(harness.Read(key).IsAbsent);
        harness.WaitDurable(lsn);
        Assert.True(harness.Read(key).IsAbsent);
        harness.Apply(key, Value(1));

        Assert.Equal(Encoded(Value(1)), Encoded(harness.Read(key)));
    }

    [Fact]
    public async Task A_view_shows_what_a_read_gives()
    {
        await using StoreHarness harness = OpenStore();
        RegisterRecord expiring = Value(2) with { State = Expiring(Value(2).State!, at: 50) };
        harness.Write(KeyOf("value"), Value(1));
        harness.Write(KeyOf("expiring"), expiring);
        harness.Write(KeyOf("deleted"), Tombstone(3));

        AssertView(KeyOf("value"), Value(1));
        AssertView(KeyOf("expiring"), expiring);
        AssertView(KeyOf("deleted"), Tombstone(3));
        AssertView(KeyOf("never written"), RegisterRecord.Absent);

        void AssertView(Key key, RegisterRecord record)
        {
            Assert.True(harness.Store.TryView(LaneOf(key), key, out RegisterView view));
            Assert.Equal(record.HasValue, view.HasValue);
            Assert.Equal(record.State?.Version ?? StateVersion.None, view.Version);
            Assert.True(view.Value.SequenceEqual(record.HasValue ? record.State!.Value.Span : default));
            Assert.Equal((false, record.State?.IsExpired(50) == true), (view.IsExpired(49), view.IsExpired(50)));
        }
    }

    [Fact]
    public async Task Log_numbers_are_dense_from_one_and_go_on_after_a_restart()
    {
        await using StoreHarness harness = OpenStore();

        Assert.Equal(1, harness.Append(StoreEntry.Of(KeyOf(1), Value(1))));
        Assert.Equal(3, harness.Append(StoreEntry.Of(KeyOf(2), Value(2)), StoreEntry.Of(FactOf(FactKind.Bound, 0, "b"))));
        harness.WaitDurable(3);
        await harness.ReopenAsync();

        Assert.Equal(3, harness.Store.Contents.DurableLsn);
        Assert.Equal(4, harness.Append(StoreEntry.Of(KeyOf(3), Value(3))));
    }

    [Fact]
    public async Task A_clean_restart_gives_back_everything_appended()
    {
        await using StoreHarness harness = OpenStore();
        for (int i = 0; i < 500; i++)
        {
            harness.Append(StoreEntry.Of(KeyOf(i % 200), Value(i)));
            harness.ExpectApplied(KeyOf(i % 200), Value(i));
        }

        await harness.ReopenAsync();

        Assert.Equal((2L, 500L), (harness.Store.Contents.BootCount, harness.Store.Contents.DurableLsn));
        harness.AssertReadsBack();
    }

    [Fact]
    public async Task A_crash_takes_nothing_that_was_reported_durable()
    {
        await using StoreHarness harness = OpenStore();
        Random random = new(7);
        List<(Key Key, RegisterRecord Record)> log = [];
        for (int round = 0; round < 12; round++)
        {
            for (int i = 0; i < 40; i++)
            {
                (Key Key, RegisterRecord Record) entry = (KeyOf(random.Next(100)), Value(log.Count, random.Next(300)));
                log.Add(entry);
                harness.Append(StoreEntry.Of(entry.Key, entry.Record));
            }

            harness.WaitDurable(log.Count - random.Next(40));
            long durable = harness.Durable;
            await harness.CrashAsync();

            long recovered = harness.Store.Contents.DurableLsn;
            Assert.InRange(recovered, durable, log.Count);
            log.RemoveRange((int)recovered, log.Count - (int)recovered);
            foreach (IGrouping<Key, (Key Key, RegisterRecord Record)> versions in log.GroupBy(entry => entry.Key))
            {
                Assert.Equal(Encoded(versions.Last().Record), Encoded(harness.Read(versions.Key)));
            }
        }
    }

    [Fact]
    public async Task Of_facts_the_latest_stands_and_an_empty_one_takes_it_back()
    {
        await using StoreHarness harness = OpenStore();
        harness.WaitDurable(harness.Append(
            StoreEntry.Of(FactOf(FactKind.PendingChange, 2, "two")),
            StoreEntry.Of(FactOf(FactKind.Bound, 0, "low")),
            StoreEntry.Of(FactOf(FactKind.PendingChange, 1, "one")),
            StoreEntry.Of(FactOf(FactKind.Bound, 0, "high")),
            StoreEntry.Of(FactOf(FactKind.Topology, 1, "document")),
            StoreEntry.Of(FactOf(FactKind.PendingChange, 2, ""))));
        await harness.ReopenAsync();

        Assert.Equal(
            ["Bound 0 high", "Topology 1 document", "PendingChange 1 one"],
            harness.Store.Contents.Facts.Select(fact => $"{fact.Kind} {fact.Number} {Encoding.UTF8.GetString(fact.Payload.Span)}"));
        Assert.Equal([1L], harness.Store.Contents.OfKind(FactKind.PendingChange).Select(fact => fact.Number));
    }

    [Fact]
    public async Task Large_and_small_keys_and_values_come_back_byte_for_byte()
    {
        await using StoreHarness harness = OpenStoreForLargeValues();
        byte[] longest = new byte[Key.LengthMax];
        new Random(3).NextBytes(longest);
        harness.WriteAll([
            (new Key([0]), Value(1, 0)),
            (new Key([0, 0]), Value(2, 1)),
            (new Key(longest), Value(3, 1 << 20)),
            (KeyOf("mib"), Value(4, (1 << 20) - 1)),
            (KeyOf("gone"), Tombstone(5)),
        ]);

        harness.AssertReadsBack();
        await harness.ReopenAsync();
        harness.AssertReadsBack();
    }

    [Fact]
    public async Task Reads_that_need_the_disk_end_with_the_latest_applied_record()
    {
        await using StoreHarness harness = OpenStore(readsFromDisk: true);
        harness.WriteAll(Enumerable.Range(0, 6000).Select(i => (KeyOf(i % 4000), Value(i, 500))));

        int fromDisk = harness.Applied.Keys.Count(key => !harness.Store.TryRead(LaneOf(key), key, out _));

        Assert.InRange(fromDisk, 100, 4000);
        harness.AssertReadsBack();
        Assert.True(harness.Read(KeyOf("never written")).IsAbsent);
    }

    [Fact]
    public async Task A_disk_read_begun_without_asking_first_ends_as_well()
    {
        await using StoreHarness harness = OpenStore();
        harness.Write(KeyOf("a"), Value(1));
        Assert.Equal(Encoded(Value(1)), Encoded(harness.ReadBegun(KeyOf("a"))));
        Assert.Equal("absent", Encoded(harness.ReadBegun(KeyOf("b"))));
    }

    [Fact]
    public async Task Counts_follow_every_apply_and_are_the_same_after_a_restart()
    {
        await using StoreHarness harness = OpenStore();
        Random random = new(11);
        for (int i = 0; i < 400; i++)
        {
            harness.Write(KeyOf(random.Next(60)), random.Next(3) == 0 ? Tombstone(i) : Value(i, random.Next(100)));
        }

        AssertCounts(harness);
        await harness.ReopenAsync();
        AssertCounts(harness);
        await harness.CrashAsync();
        AssertCounts(harness);
    }

    [Fact]
    public async Task A_scan_goes_through_the_keys_in_order_a_page_at_a_time()
    {
        await using StoreHarness harness = OpenStore();
        int[] shuffled = [.. Enumerable.Range(0, 300)];
        new Random(5).Shuffle(shuffled);
        harness.WriteAll(shuffled.Select(i => (KeyOf(i), i % 10 == 0 ? Tombstone(i) : Value(i))));
        harness.WriteAll(shuffled.Take(50).Select(i => (KeyOf(i), Value(1000 + i))));

        List<string> seen = [];
        ReadOnlyMemory<byte> after = default;
        for (bool complete = false; !complete;)
        {
            StorePage page = harness.Scan(new StoreScan(default, after, null, 37, WithValues: true));
            seen.AddRange(page.Entries.Select(Described));
            Assert.InRange(page.Entries.Count, 1, 37);
            (after, complete) = (page.Entries[^1].Key.Memory, page.Complete);
        }

        Assert.Equal(harness.Applied.OrderBy(pair => pair.Key.ToString(), StringComparer.Ordinal).Select(pair => Described(pair.Key, pair.Value)), seen);
    }

    [Fact]
    public async Task A_scan_keeps_to_its_prefix_its_slots_and_its_limit()
    {
        await using StoreHarness harness = OpenStore();
        harness.WriteAll(Enumerable.Range(0, 100).SelectMany(i => new[] { (KeyOf($"a{i:D3}"), Value(i)), (KeyOf($"b{i:D3}"), Value(i, 77)) }));
        ReadOnlyMemory<byte> prefix = "b"u8.ToArray();

        StorePage first = harness.Scan(new StoreScan(prefix, default, null, 10, WithValues: false));
        StorePage even = harness.Scan(new StoreScan(prefix, "b050"u8.ToArray(), slot => slot.Number % 2 == 0, 1000, WithValues: false));
        StorePage exact = harness.Scan(new StoreScan(prefix, default, null, 100, WithValues: false));
        StorePage none = harness.Scan(new StoreScan("c"u8.ToArray(), default, null, 10, WithValues: true));

        Assert.Equal(Enumerable.Range(0, 10).Select(i => $"b{i:D3}"), first.Entries.Select(entry => entry.Key.ToString()));
        Assert.All(first.Entries, entry => Assert.Equal((0, 77), (entry.Record.State!.Value.Length, entry.ValueLength)));
        Assert.False(first.Complete);
        Assert.Equal(
            Enumerable.Range(51, 49).Select(i => $"b{i:D3}").Where(text => KeyOf(text).Slot.Number % 2 == 0),
            even.Entries.Select(entry => entry.Key.ToString()));
        Assert.True(even.Complete);
        Assert.Equal((100, true), (exact.Entries.Count, exact.Complete));
        Assert.Equal((0, true), (none.Entries.Count, none.Complete));
    }

    [Fact]
    public async Task A_page_of_values_ends_at_its_bytes()
    {
        await using StoreHarness harness = OpenStoreForLargeValues();
        harness.WriteAll(Enumerable.Range(0, 20).Select(i => (KeyOf(i), Value(i, 1 << 20))));

        StorePage page = harness.Scan(new StoreScan(default, default, null, 1000, WithValues: true));

        Assert.Equal((16, false), (page.Entries.Count, page.Complete));
    }

    [Fact]
    public async Task A_cancelled_scan_ends_at_once()
    {
        await using StoreHarness harness = OpenStore();
        harness.WriteAll(Enumerable.Range(0, 100).Select(i => (KeyOf(i), Value(i))));
        using CancellationTokenSource cancelled = new();
        await cancelled.CancelAsync();

        Task<StorePage> scan = harness.Store.ScanAsync(new StoreScan(default, default, null, 10, WithValues: true), cancelled.Token).AsTask();
        harness.WaitForTask(scan);

        await Assert.ThrowsAnyAsync<OperationCanceledException>(() => scan);
    }

    /// <summary>A walk of random operations, restarts and crashes against a dictionary.</summary>
    [Theory]
    [InlineData(1)]
    [InlineData(2)]
    [InlineData(3)]
    public async Task A_random_walk_with_restarts_and_crashes_agrees_with_a_dictionary(int seed)
    {
        await using StoreHarness harness = OpenStore();
        Random random = new(seed);
        for (int i = 0; i < 600; i++)
        {
            Key key = KeyOf(random.Next(80));
            switch (random.Next(100))
            {
                case < 50:
                    harness.Write(key, Value(i, random.Next(2000)));
                    break;
                case < 65:
                    harness.Write(key, Tombstone(i));
                    break;
                case < 96:
                    Assert.Equal(Encoded(harness.Applied.GetValueOrDefault(key)), Encoded(harness.Read(key)));
                    break;
                case < 98:
                    await harness.ReopenAsync();
                    break;
                default:
                    await harness.CrashAsync();
                    break;
            }
        }

        harness.AssertReadsBack();
        AssertCounts(harness);
    }

    private static void AssertCounts(StoreHarness harness)
    {
        StoreStatus status = harness.Store.Status;
        Assert.Equal(
            (
                harness.Applied.LongCount(pair => pair.Value.HasValue),
                harness.Applied.LongCount(pair => !pair.Value.HasValue),
                harness.Applied.Where(pair => pair.Value.HasValue).Sum(pair => (long)pair.Key.Length + pair.Value.State!.Value.Length)),
            (status.Keys, status.Tombstones, status.ValueBytes));
        Slot busiest = harness.Applied.Keys.First().Slot;
        Assert.Equal(
            harness.Applied.LongCount(pair => pair.Key.Slot == busiest && pair.Value.HasValue),
            harness.Store.CountsOf(busiest).Keys);
    }

    private static string Described(StorePageEntry entry)
    {
        Assert.Equal(entry.ValueLength, entry.Record.State!.Value.Length);
        return Described(entry.Key, entry.Record);
    }

    private static string Described(Key key, RegisterRecord record) => $"{key} {Encoded(record)}";

    private static RegisterState Expiring(RegisterState state, long at) =>
        new() { Kind = state.Kind, Value = state.Value, Version = state.Version, Vector = state.Vector, ExpiresAt = at };
}

using KvStore.Node.Registers;
using KvStore.Node.Ring;
using KvStore.Node.Storage;
using KvStore.Node.Storage.Faster;
using Xunit;
using static KvStore.Tests.Storage.StoreHarness;

namespace KvStore.Tests.Storage;

/// <summary>Passes through both stores, with writers at work.</summary>
public sealed class PassTests
{
    private const int TurnsPerPageMax = 4;

    [Theory]
    [InlineData(StoreKind.Simulated)]
    [InlineData(StoreKind.Faster)]
    public async Task A_quiet_store_is_gone_through_once_with_nothing_that_was_replaced_or_purged(StoreKind kind)
    {
        await using StoreHarness harness = StoreHarness.Open(kind);
        harness.WriteAll(Enumerable.Range(0, 3000).Select(i => (KeyOf(i % 1000), i % 7 == 0 ? Tombstone(i) : Value(i, 300))));
        foreach (Key key in harness.Applied.Where(pair => !pair.Value.HasValue).Select(pair => pair.Key).Take(50).ToList())
        {
            harness.Purge(key);
        }

        List<StorePageEntry> seen = Run(harness, _ => true, 100, () => { });

        Assert.Superset(
            harness.Applied.Select(pair => Described(pair.Key, pair.Value)).ToHashSet(),
            seen.Select(entry => Described(entry.Key, entry.Record)).ToHashSet());
        Assert.Equal(harness.Applied.Count, seen.Select(entry => entry.Key).Distinct().Count());
        Assert.True(kind == StoreKind.Simulated || seen.Count == harness.Applied.Count, "A key came twice though nothing moved.");
    }

    /// <summary>
    /// Keys that stay are overwritten all the time, ahead of the pass and behind it, others come and go; whatever was there from
    /// beginning to end must be met.
    /// </summary>
    [Theory]
    [InlineData(StoreKind.Simulated, 1)]
    [InlineData(StoreKind.Simulated, 2)]
    [InlineData(StoreKind.Simulated, 3)]
    [InlineData(StoreKind.Faster, 4)]
    [InlineData(StoreKind.Faster, 5)]
    public async Task A_key_that_is_there_throughout_is_met_whatever_is_written_meanwhile(StoreKind kind, int seed)
    {
        await using StoreHarness harness = StoreHarness.Open(kind);
        Random random = new(seed);
        int written = 0;
        int met = 0;
        int again = 0;
        for (int round = 0; round < 4; round++)
        {
            harness.WriteAll(Enumerable.Range(0, 1200).Select(i => (KeyOf(i), Value(written++, 400))));
            HashSet<Key> stay = [.. Enumerable.Range(0, 1200).Select(KeyOf).Where(Wanted)];
            Key[] hot = [.. stay.Where(_ => random.Next(6) == 0)];

            List<StorePageEntry> seen = Run(harness, slot => slot.Number % 2 == 0, 1 + random.Next(60), () => Write(hot));

            HashSet<Key> keys = [.. seen.Select(entry => entry.Key)];
            Assert.Superset(stay, keys);
            Assert.All(keys, key => Assert.True(Wanted(key)));
            met += stay.Count;
            again += seen.Count - keys.Count;
        }

        Assert.InRange(met, 1000, int.MaxValue);
        Assert.InRange(again, 1, int.MaxValue);

        bool Wanted(Key key) => key.Slot.Number % 2 == 0;

        void Write(Key[] hot)
        {
            harness.WriteAll(Enumerable.Range(0, 1 + random.Next(40)).Select(_ => (hot[random.Next(hot.Length)], Value(written++, random.Next(800)))).DistinctBy(pair => pair.Item1));
            Key passing = KeyOf($"passing-{random.Next(20)}");
            if (harness.Applied.TryGetValue(passing, out RegisterRecord held) && !held.HasValue)
            {
                harness.Purge(passing);
            }
            else
            {
                harness.Write(passing, random.Next(2) == 0 ? Value(written++) : Tombstone(written++));
            }
        }
    }

    [Theory]
    [InlineData(StoreKind.Simulated)]
    [InlineData(StoreKind.Faster)]
    public async Task A_page_ends_at_its_count_and_at_its_bytes_and_holds_one_record_at_least(StoreKind kind)
    {
        await using StoreHarness harness = StoreHarness.Open(kind);
        harness.WriteAll(Enumerable.Range(0, 100).Select(i => (KeyOf(i), Value(i, 1000))));
        int keyLength = KeyOf(0).Length;

        Assert.Equal(7, Read(7, 1 << 20, withValues: true).Entries.Count);
        Assert.Equal(5, Read(100, 5 * (1000 + keyLength), withValues: true).Entries.Count);
        Assert.Single(Read(100, 1, withValues: true).Entries);
        PassPage bare = Read(100, 100 * keyLength, withValues: false);
        Assert.Equal((100, true), (bare.Entries.Count, bare.Complete));
        Assert.All(bare.Entries, entry => Assert.Equal((0, 1000), (entry.Record.State!.Value.Length, entry.ValueLength)));

        PassPage Read(int count, long bytes, bool withValues) =>
            ReadPage(harness, new StorePass(_ => true, PassCursor.Start, count, bytes, withValues));
    }

    [Theory]
    [InlineData(StoreKind.Simulated)]
    [InlineData(StoreKind.Faster)]
    public async Task A_cursor_of_an_earlier_opening_begins_the_pass_anew(StoreKind kind)
    {
        await using StoreHarness harness = StoreHarness.Open(kind);
        harness.WriteAll(Enumerable.Range(0, 100).Select(i => (KeyOf(i), Value(i))));
        PassPage half = ReadPage(harness, new StorePass(_ => true, PassCursor.Start, 50, 1 << 20, WithValues: true));
        Assert.False(half.Complete);

        await harness.ReopenAsync();
        PassPage whole = ReadPage(harness, new StorePass(_ => true, half.Next, 1000, 1 << 20, WithValues: true));

        Assert.Equal((100, true), (whole.Entries.Count, whole.Complete));
    }

    [Theory]
    [InlineData(StoreKind.Simulated)]
    [InlineData(StoreKind.Faster)]
    public async Task A_cancelled_pass_ends(StoreKind kind)
    {
        await using StoreHarness harness = StoreHarness.Open(kind);
        harness.WriteAll(Enumerable.Range(0, 100).Select(i => (KeyOf(i), Value(i))));
        using CancellationTokenSource cancelled = new();
        await cancelled.CancelAsync();

        Task<PassPage> page = harness.Store.ReadPassAsync(new StorePass(_ => true, PassCursor.Start, 10, 1 << 20, true), cancelled.Token).AsTask();
        harness.WaitForTask(page);

        await Assert.ThrowsAnyAsync<OperationCanceledException>(() => page);
    }

    /// <summary>
    /// A list that overflows is thrown away and the pass reads on to the tail as it is then; one that does not is read after the end.
    /// The cursor tells which it was.
    /// </summary>
    [Theory]
    [InlineData(StoreKind.Simulated, OpenPass.MovedMax - 5000, true)]
    [InlineData(StoreKind.Simulated, OpenPass.MovedMax + 1, false)]
    [InlineData(StoreKind.Faster, OpenPass.MovedMax - 5000, true)]
    [InlineData(StoreKind.Faster, OpenPass.MovedMax + 1, false)]
    public async Task A_pass_that_more_keys_are_overwritten_in_than_it_remembers_reads_on_to_the_tail_and_misses_none(
        StoreKind kind, int overwritten, bool isListed)
    {
        const int Keys = OpenPass.MovedMax + 1000;
        const int PageCount = 20_000;
        await using StoreHarness harness = StoreHarness.Open(kind);
        harness.WriteAll(Enumerable.Range(0, Keys).Select(i => (KeyOf(i), Value(i, 8))));
        PassPage page = ReadPage(harness, Page(PassCursor.Start, 500));
        HashSet<Key> met = [.. page.Entries.Select(entry => entry.Key)];

        harness.WriteAll(Enumerable.Range(0, overwritten).Select(i => (KeyOf(i), Value(Keys + i, 8))));
        bool wasListed = false;
        int pages = 1;
        for (; !page.Complete; pages++)
        {
            page = ReadPage(harness, Page(page.Next, PageCount));
            met.UnionWith(page.Entries.Select(entry => entry.Key));
            wasListed |= page.Next.Moved > 0;
        }

        Assert.Equal(Keys, met.Count);
        Assert.Equal(isListed, wasListed);
        Assert.InRange(pages, 4, 8);

        static StorePass Page(PassCursor from, int count) => new(_ => true, from, count, 1 << 30, WithValues: false);
    }

    [Theory]
    [InlineData(StoreKind.Simulated)]
    [InlineData(StoreKind.Faster)]
    public async Task Of_more_passes_than_may_be_open_the_one_unused_for_longest_begins_anew_and_the_others_go_on(StoreKind kind)
    {
        const int Keys = 40;
        await using StoreHarness harness = StoreHarness.Open(kind);
        harness.WriteAll(Enumerable.Range(0, Keys).Select(i => (KeyOf(i), Value(i))));

        PassCursor[] begun = [.. Enumerable.Range(0, OpenPasses.OpenMax + 1).Select(_ => ReadPage(harness, Page(PassCursor.Start, 1)).Next)];
        foreach (PassCursor open in begun[1..])
        {
            PassPage next = ReadPage(harness, Page(open, 1));
            Assert.Equal((open.Pass, false), (next.Next.Pass, next.Complete));
        }

        PassPage anew = ReadPage(harness, Page(begun[0], 1));
        Assert.True(anew.Next.Pass > begun.Max(open => open.Pass));
        PassPage rest = ReadPage(harness, Page(anew.Next, 10 * Keys));
        Assert.True(rest.Complete);
        Assert.Equal(Keys, anew.Entries.Concat(rest.Entries).Select(entry => entry.Key).Distinct().Count());

        static StorePass Page(PassCursor from, int count) => new(_ => true, from, count, 1 << 20, WithValues: true);
    }

    /// <summary>The next page goes on where the one before stopped, in the middle of a page of the log that was read for it.</summary>
    [Fact]
    public async Task Small_pages_read_no_more_of_the_disk_than_large_ones()
    {
        const int Keys = 3000;
        const int SmallPage = 20;
        CountedReads disk = new();
        await using FasterStoreHarness harness = new(options => options with { Observer = disk });
        harness.WriteAll(Enumerable.Range(0, Keys).Select(i => (KeyOf(i), Value(i, 300))));

        int large = ReadsOfPass(1000);
        int small = ReadsOfPass(SmallPage);

        Assert.InRange(large, Keys / 2, int.MaxValue);
        // The key that had no room in a page is looked up again for the next.
        int again = Keys / SmallPage;
        Assert.InRange(small - large, again, again + (again / 3));

        int ReadsOfPass(int countMax)
        {
            int before = disk.Count;
            Assert.Equal(Keys, Run(harness, _ => true, countMax, () => { }).Count);
            return disk.Count - before;
        }
    }

    /// <summary>As many passes as readers are kept of go on in turn, and more than that, whose pages begin anew in the log.</summary>
    [Theory]
    [InlineData(KeptPassReaders.KeptMax)]
    [InlineData(KeptPassReaders.KeptMax + 1)]
    public async Task Passes_whose_pages_are_read_in_turn_each_meet_every_key_once(int passes)
    {
        const int Keys = 1500;
        await using StoreHarness harness = StoreHarness.Open(StoreKind.Faster);
        harness.WriteAll(Enumerable.Range(0, Keys).Select(i => (KeyOf(i), Value(i, 300))));

        PassPage[] last = new PassPage[passes];
        List<Key>[] met = [.. Enumerable.Range(0, passes).Select(_ => new List<Key>())];
        do
        {
            for (int i = 0; i < passes; i++)
            {
                last[i] = ReadPage(harness, new StorePass(_ => true, last[i]?.Next ?? PassCursor.Start, 70, 1 << 20, WithValues: true));
                met[i].AddRange(last[i].Entries.Select(entry => entry.Key));
            }
        }
        while (!last[0].Complete);

        Assert.All(last, page => Assert.True(page.Complete));
        Assert.All(met, keys => Assert.Equal((Keys, Keys), (keys.Count, keys.Distinct().Count())));
    }

    /// <summary>An answer may be lost, so its cursor is used again after the pass has gone on.</summary>
    [Theory]
    [InlineData(StoreKind.Simulated)]
    [InlineData(StoreKind.Faster)]
    public async Task A_page_that_is_asked_for_again_is_the_same(StoreKind kind)
    {
        await using StoreHarness harness = StoreHarness.Open(kind);
        harness.WriteAll(Enumerable.Range(0, 1500).Select(i => (KeyOf(i), Value(i, 300))));
        PassPage first = ReadPage(harness, Page(PassCursor.Start));
        PassPage second = ReadPage(harness, Page(first.Next));

        PassPage again = ReadPage(harness, Page(first.Next));

        Assert.Equal(Described(second), Described(again));
        Assert.Equal(second.Next, again.Next);
        Assert.Equal(Described(ReadPage(harness, Page(second.Next))), Described(ReadPage(harness, Page(again.Next))));

        static StorePass Page(PassCursor from) => new(_ => true, from, 100, 1 << 20, WithValues: true);
        static IEnumerable<string> Described(PassPage page) => page.Entries.Select(entry => PassTests.Described(entry.Key, entry.Record));
    }

    /// <summary>Nothing watches for it any more while its page is read, so its page does not say that anything was passed.</summary>
    [Fact]
    public async Task A_pass_that_is_forgotten_while_its_page_is_read_begins_anew()
    {
        await using StoreHarness harness = StoreHarness.Open(StoreKind.Faster);
        harness.WriteAll(Enumerable.Range(0, 100).Select(i => (KeyOf(i), Value(i))));
        int others = OpenPasses.OpenMax;

        PassPage forgotten = ReadPage(harness, new StorePass(
            _ =>
            {
                while (others-- > 0)
                {
                    ReadPage(harness, new StorePass(_ => true, PassCursor.Start, 1, 1 << 20, true));
                }

                return true;
            },
            PassCursor.Start,
            1000,
            1 << 20,
            true));

        Assert.Equal((PassCursor.Start, false), (forgotten.Next, forgotten.Complete));
        PassPage anew = ReadPage(harness, new StorePass(_ => true, forgotten.Next, 1000, 1 << 20, true));
        Assert.Equal((100, true), (anew.Entries.Count, anew.Complete));
    }

    /// <summary>Reads a pass to its end, with <paramref name="meanwhile"/> between its pages and while they are read.</summary>
    private static List<StorePageEntry> Run(StoreHarness harness, Func<Slot, bool> slots, int countMax, Action meanwhile)
    {
        List<StorePageEntry> seen = [];
        PassCursor from = PassCursor.Start;
        for (bool complete = false; !complete;)
        {
            Task<PassPage> reading = harness.Store.ReadPassAsync(new StorePass(slots, from, countMax, 64 << 10, true), CancellationToken.None).AsTask();
            int left = TurnsPerPageMax;
            do
            {
                meanwhile();
            }
            while (!reading.IsCompleted && --left > 0);

            harness.WaitForTask(reading);
            PassPage page = reading.GetAwaiter().GetResult();
            Assert.InRange(page.Entries.Count, page.Complete ? 0 : 1, countMax);
            seen.AddRange(page.Entries);
            (from, complete) = (page.Next, page.Complete);
        }

        return seen;
    }

    private static PassPage ReadPage(StoreHarness harness, StorePass pass)
    {
        Task<PassPage> page = harness.Store.ReadPassAsync(pass, CancellationToken.None).AsTask();
        harness.WaitForTask(page);
        return page.GetAwaiter().GetResult();
    }

    private static string Described(Key key, RegisterRecord record) => $"{key} {Encoded(record)}";

    private sealed class CountedReads : DiskObserver
    {
        private int _count;

        public int Count => Volatile.Read(ref _count);

        public override int Before(in DiskOperation operation, ReadOnlySpan<byte> bytes)
        {
            if (operation.Kind == DiskOperationKind.Read)
            {
                Interlocked.Increment(ref _count);
            }

            return bytes.Length;
        }
    }
}

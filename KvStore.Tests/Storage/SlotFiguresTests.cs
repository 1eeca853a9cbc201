using KvStore.Node.Registers;
using KvStore.Node.Ring;
using KvStore.Node.Storage;
using Xunit;
using static KvStore.Tests.Storage.StoreHarness;

namespace KvStore.Tests.Storage;

/// <summary>Purges, floors, counts, digests and facts, in both stores.</summary>
public sealed class SlotFiguresTests
{
    [Theory]
    [InlineData(StoreKind.Simulated, 1)]
    [InlineData(StoreKind.Simulated, 2)]
    [InlineData(StoreKind.Simulated, 3)]
    [InlineData(StoreKind.Faster, 4)]
    [InlineData(StoreKind.Faster, 5)]
    public async Task After_a_random_walk_with_crashes_all_figures_are_what_a_full_scan_gives(StoreKind kind, int seed)
    {
        await using StoreHarness harness = StoreHarness.Open(kind);
        StoreWalk walk = new(harness, seed);
        for (int i = 0; i < 4; i++)
        {
            await walk.RunAsync(300);
            walk.AssertAgrees();
        }

        await harness.ReopenAsync();
        walk.AssertAgrees();
        Assert.InRange(walk.Purges, 50, int.MaxValue);
        Assert.InRange(walk.Removals, 20, int.MaxValue);
    }

    [Theory]
    [InlineData(StoreKind.Simulated)]
    [InlineData(StoreKind.Faster)]
    public async Task A_purge_removes_the_tombstone_and_raises_the_floor_both_or_neither(StoreKind kind)
    {
        await using StoreHarness harness = StoreHarness.Open(kind);
        Key key = KeyOf("a");
        harness.Write(key, Tombstone(5));
        long lsn = harness.Append(StoreEntry.Purge(key, Tombstone(5).Ballot));
        harness.WaitDurable(lsn);

        Assert.Equal((Encoded(Tombstone(5)), Ballot.Zero), (Encoded(harness.Read(key)), harness.Store.FloorOf(key.Slot)));
        harness.ApplyEntry(StoreEntry.Purge(key, Tombstone(5).Ballot));
        Assert.Equal(("absent", Tombstone(5).Ballot), (Encoded(harness.Read(key)), harness.Store.FloorOf(key.Slot)));
        await harness.CrashAsync();
        Assert.Equal(("absent", Tombstone(5).Ballot), (Encoded(harness.Read(key)), harness.Store.FloorOf(key.Slot)));
        Assert.Equal(new SlotCounts(0, 0, 0, default(SlotDigest)), harness.Store.CountsOf(key.Slot));
        Assert.Equal([StoreModel.Described(Fact.Floor(key.Slot, Tombstone(5).Ballot))], harness.Store.Contents.Facts.Select(StoreModel.Described));
    }

    [Theory]
    [InlineData(StoreKind.Simulated)]
    [InlineData(StoreKind.Faster)]
    public async Task A_purged_key_can_be_written_again_and_purged_again(StoreKind kind)
    {
        await using StoreHarness harness = StoreHarness.Open(kind);
        Key key = KeyOf("a");
        for (int i = 0; i < 40; i += 4)
        {
            harness.Write(key, Value(i));
            harness.Write(key, Tombstone(i + 1));
            harness.Purge(key);
            Assert.True(harness.Read(key).IsAbsent);
            harness.Write(key, Value(i + 2));
            Assert.Equal(Encoded(Value(i + 2)), Encoded(harness.Read(key)));
        }

        await harness.ReopenAsync();
        Assert.Equal(Encoded(Value(38)), Encoded(harness.Read(key)));
        Assert.Equal(Tombstone(37).Ballot, harness.Store.FloorOf(key.Slot));
    }

    [Theory]
    [InlineData(StoreKind.Simulated)]
    [InlineData(StoreKind.Faster)]
    public async Task The_digest_leaves_out_tombstones_that_the_floor_has_passed_though_they_are_there(StoreKind kind)
    {
        await using StoreHarness harness = StoreHarness.Open(kind);
        Key[] keys = [.. Enumerable.Range(0, 10).Select(i => KeyOf($"{{s}}{i}"))];
        Slot slot = keys[0].Slot;
        for (int i = 0; i < keys.Length; i++)
        {
            harness.Write(keys[i], Tombstone(i));
        }

        harness.Purge(keys[4]);

        SlotDigest above = default;
        foreach (int i in Enumerable.Range(5, 5))
        {
            above += SlotDigest.Of(keys[i], Tombstone(i).Ballot);
        }

        Assert.Equal(new SlotCounts(0, 9, 0, above), harness.Store.CountsOf(slot));
        harness.Write(keys[0], Value(20, 3));
        Assert.Equal(
            new SlotCounts(1, 8, keys[0].Length + 3, above + SlotDigest.Of(keys[0], Value(20).Ballot)), harness.Store.CountsOf(slot));
    }

    [Theory]
    [InlineData(StoreKind.Simulated)]
    [InlineData(StoreKind.Faster)]
    public async Task Facts_stand_when_they_are_durable_and_not_before(StoreKind kind)
    {
        await using StoreHarness harness = StoreHarness.Open(kind);
        long lsn = harness.Append(StoreEntry.Of(FactOf(FactKind.Hint, 7, "hint")), StoreEntry.Of(FactOf(FactKind.EpochVote, 2, "vote")));
        Assert.True(harness.Store.StandingFacts().Count == 0 || harness.Store.Status.DurableLsn > 0);
        harness.WaitDurable(lsn);
        Assert.Equal(["Hint 7", "EpochVote 2"], harness.Store.StandingFacts().Select(fact => $"{fact.Kind} {fact.Number}"));

        harness.WaitDurable(harness.Append(StoreEntry.Of(FactOf(FactKind.Hint, 7, "")), StoreEntry.Of(FactOf(FactKind.Remembered, 3, "seen"))));
        Assert.Equal(["EpochVote 2", "Remembered 3"], harness.Store.StandingFacts().Select(fact => $"{fact.Kind} {fact.Number}"));
        await harness.CrashAsync();
        Assert.Equal(["EpochVote 2", "Remembered 3"], harness.Store.Contents.Facts.Select(fact => $"{fact.Kind} {fact.Number}"));
    }

    [Theory]
    [InlineData(StoreKind.Simulated)]
    [InlineData(StoreKind.Faster)]
    public async Task A_floor_never_falls(StoreKind kind)
    {
        await using StoreHarness harness = StoreHarness.Open(kind);
        Slot slot = new(77);
        foreach (int floor in new[] { 5, 9, 3 })
        {
            harness.WaitDurable(harness.Append(StoreEntry.Of(Fact.Floor(slot, Value(floor).Ballot))));
            harness.ApplyEntry(StoreEntry.Of(Fact.Floor(slot, Value(floor).Ballot)));
        }

        Assert.Equal(Value(9).Ballot, harness.Store.FloorOf(slot));
        await harness.ReopenAsync();
        Assert.Equal(Value(9).Ballot, harness.Store.FloorOf(slot));
    }

    /// <summary>More tombstones in a slot than are known one by one: the digest is counted again, and never wrong meanwhile.</summary>
    [Theory]
    [InlineData(StoreKind.Simulated)]
    [InlineData(StoreKind.Faster)]
    public async Task A_digest_that_a_floor_made_unknown_is_counted_again_while_writes_go_on(StoreKind kind)
    {
        await using StoreHarness harness = StoreHarness.Open(kind);
        StoreModel model = new();
        Key[] keys = [.. Enumerable.Range(0, 5 * StoreCounts.TombstonesListedMax).Select(i => KeyOf($"{{r}}{i}"))];
        Slot slot = keys[0].Slot;
        Do(keys.Select((key, i) => StoreEntry.Of(key, Tombstone(i))));
        int unknown = 0;
        for (int i = 0; i < keys.Length - 2; i++)
        {
            Do([StoreEntry.Purge(keys[i], Tombstone(i).Ballot)]);
            unknown += harness.Store.CountsOf(slot).Digest is null ? 1 : 0;
            if (i % 3 == 0)
            {
                Do([StoreEntry.Of(keys[^1], i % 2 == 0 ? Value(1000 + i) : Tombstone(1000 + i))]);
            }

            Assert.Equal(model.CountsOf(slot).Tombstones, harness.Store.CountsOf(slot).Tombstones);
            Assert.True(harness.Store.CountsOf(slot) is not { Digest: { } digest } || digest == model.CountsOf(slot).Digest);
        }

        harness.WaitUntil(() => harness.Store.CountsOf(slot).Digest is not null, "the digest to be known");
        Assert.Equal(model.CountsOf(slot), harness.Store.CountsOf(slot));
        Assert.InRange(unknown, 1, keys.Length);
        await harness.ReopenAsync();
        harness.WaitUntil(() => harness.Store.CountsOf(slot).Digest is not null, "the digest to be known");
        Assert.Equal(model.CountsOf(slot), harness.Store.CountsOf(slot));

        void Do(IEnumerable<StoreEntry> entries)
        {
            foreach (StoreEntry[] batch in entries.Chunk(100))
            {
                harness.WaitDurable(harness.Append(batch));
                foreach (StoreEntry entry in batch)
                {
                    model.Add(entry);
                    harness.ApplyEntry(entry);
                }
            }
        }
    }
}

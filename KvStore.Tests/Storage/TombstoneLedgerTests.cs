using System.Buffers;
using KvStore.Node.Registers;
using KvStore.Node.Ring;
using KvStore.Node.Storage;
using Xunit;
using static KvStore.Tests.Storage.StoreHarness;

namespace KvStore.Tests.Storage;

public sealed class TombstoneLedgerTests
{
    private const int ListedMax = 3;

    /// <summary>Against a plain set of tombstones, with recounts whose pass comes late and in pieces.</summary>
    [Fact]
    public void Whatever_is_known_is_right_and_a_recount_makes_it_known()
    {
        LedgerWalk[] walks = [.. Enumerable.Range(0, 300).Select(seed => new LedgerWalk(seed, ListedMax))];
        foreach (LedgerWalk walk in walks)
        {
            for (int step = 0; step < 120; step++)
            {
                walk.Step();
                Assert.InRange(walk.Ledger.Lowest.Length, 0, ListedMax);
                Assert.True(!walk.Ledger.IsKnown || walk.Expected == walk.Ledger.Digest, $"Step {step} made the digest wrong.");
            }
        }

        Assert.InRange(walks.Sum(walk => walk.Recounts), 100, int.MaxValue);
        Assert.InRange(walks.Sum(walk => walk.ChangedInRecounts), 100, int.MaxValue);
        Assert.InRange(walks.Sum(walk => walk.RemovedFromRest), 100, int.MaxValue);
    }

    [Fact]
    public void Counts_come_back_from_their_bytes_and_go_on_from_there()
    {
        StoreCounts counts = Counted(out List<Key> keys);
        ArrayBufferWriter<byte> bytes = new();
        counts.WriteTo(bytes);
        Assert.True(StoreCountsCodec.TryRead(bytes.WrittenSpan, out StoreCounts read));

        AssertSame(counts, read, keys);
        foreach (StoreCounts each in new[] { counts, read })
        {
            each.RaiseFloor(keys[0].Slot, Tombstone(30).Ballot);
            each.Replace(keys[50], Tombstone(50), Value(900));
            each.Replace(keys[^1], RegisterRecord.Absent, Value(901));
        }

        AssertSame(counts, read, keys);
    }

    [Fact]
    public void Bytes_cut_short_or_longer_are_no_counts()
    {
        ArrayBufferWriter<byte> bytes = new();
        Counted(out _).WriteTo(bytes);
        byte[] whole = bytes.WrittenSpan.ToArray();
        for (int length = 0; length < whole.Length; length++)
        {
            Assert.False(StoreCountsCodec.TryRead(whole.AsSpan(0, length), out _));
        }

        Assert.False(StoreCountsCodec.TryRead([.. whole, 0], out _));
        whole[0]++;
        Assert.False(StoreCountsCodec.TryRead(whole, out _));
    }

    [Fact]
    public void A_digest_tells_keys_ballots_and_sets_apart_and_not_their_order()
    {
        HashSet<SlotDigest> digests = [];
        for (int key = 0; key < 100; key++)
        {
            for (int ballot = 1; ballot <= 20; ballot++)
            {
                Assert.True(digests.Add(SlotDigest.Of(KeyOf(key), new Ballot(Epoch.First, ballot, 1))));
                Assert.True(digests.Add(SlotDigest.Of(KeyOf(key), new Ballot(new Epoch(2), ballot, 1))));
                Assert.True(digests.Add(SlotDigest.Of(KeyOf(key), new Ballot(Epoch.First, ballot, 2))));
            }
        }

        Assert.Equal(digests.Count, digests.Select(digest => digest.Low).Distinct().Count());
        Assert.Equal(digests.Count, digests.Select(digest => digest.High).Distinct().Count());
        SlotDigest a = digests.First();
        SlotDigest b = digests.Last();
        Assert.Equal((a + b, a), (b + a, a + b - b));
        Assert.NotEqual(default, a + a);
    }

    /// <summary>One slot with 70 tombstones and two values, one with a floor only, one with more.</summary>
    private static StoreCounts Counted(out List<Key> keys)
    {
        StoreCounts counts = new();
        keys = [.. Enumerable.Range(0, 70).Select(i => KeyOf($"{{c}}{i}")), KeyOf("{c}v"), KeyOf("{c}w"), KeyOf("other")];
        for (int i = 0; i < 70; i++)
        {
            counts.Replace(keys[i], RegisterRecord.Absent, Tombstone(i));
        }

        counts.Replace(keys[70], RegisterRecord.Absent, Value(500, 9));
        counts.Replace(keys[71], RegisterRecord.Absent, Value(501, 0));
        counts.RaiseFloor(keys[0].Slot, Tombstone(2).Ballot);
        counts.RaiseFloor(new Slot(9), Tombstone(7).Ballot);
        return counts;
    }

    private static void AssertSame(StoreCounts expected, StoreCounts actual, List<Key> keys)
    {
        Assert.Equal(expected.Total(), actual.Total());
        foreach (Slot slot in keys.Select(key => key.Slot).Append(new Slot(9)).Append(new Slot(10)))
        {
            Assert.NotNull(expected.Of(slot).Digest);
            Assert.Equal((expected.Of(slot), expected.FloorOf(slot)), (actual.Of(slot), actual.FloorOf(slot)));
        }
    }
}

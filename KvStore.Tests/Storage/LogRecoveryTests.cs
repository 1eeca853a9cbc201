using KvStore.Node.Ring;
using KvStore.Node.Storage;
using KvStore.Node.Storage.Log;
using Xunit;
using static KvStore.Tests.Storage.StoreHarness;

namespace KvStore.Tests.Storage;

/// <summary>Damage in every place ends in all data back or in a refusal that names file and offset. Nothing is silent.</summary>
public sealed class LogRecoveryTests
{
    /// <summary>Bits between the ones flipped; prime, so that every bit of a byte has its turn. The whole log is 524,288 cases.</summary>
    private const int FlipStride = 41;

    [Theory]
    [InlineData(true)]
    [InlineData(false)]
    public async Task A_flipped_bit_costs_no_entry_or_is_refused(bool crashed)
    {
        using LogImage image = await LogImage.CreateAsync([.. Enumerable.Range(0, 12).Select(i => Entries(i * 10, 1 + (i % 4), 40 * i))]);
        Superblock superblock = crashed ? image.Crashed : image.Stopped;
        byte[] whole = image.Bytes(1);
        int back = 0;
        int refused = 0;
        for (int bit = 0; bit < whole.Length * 8; bit += FlipStride)
        {
            byte[] flipped = [.. whole];
            flipped[bit / 8] ^= (byte)(1 << (bit % 8));
            (List<string>? entries, string? refusal) = image.Recover(superblock, 1, flipped);

            if (refusal is null)
            {
                Assert.True(image.Entries.SequenceEqual(entries!), $"The flip of bit {bit % 8} at offset {bit / 8} lost or changed an entry silently.");
                back++;
            }
            else
            {
                AssertNames(image.PathOf(1), refusal);
                refused++;
            }
        }

        Assert.InRange(back, 1000, whole.Length);
        Assert.InRange(refused, 100, whole.Length);
    }

    [Fact]
    public async Task A_commit_torn_at_any_byte_goes_and_nothing_else()
    {
        using LogImage image = await LogImage.CreateAsync(Entries(0, 5, 100), Entries(10, 3, 60), Entries(20, 4, 300));
        (long segment, int offset, int before) = image.Commits[^1];

        for (int torn = offset; torn < image.End.Offset; torn++)
        {
            byte[] bytes = image.Bytes(segment);
            image.Unwrite(bytes, segment, torn, image.End.Offset);
            (List<string>? entries, string? refusal) = image.Recover(image.Crashed, segment, bytes);

            Assert.Null(refusal);
            Assert.InRange(entries!.Count, before, image.Entries.Count);
            Assert.Equal(image.Entries.Take(entries.Count), entries);
        }
    }

    [Fact]
    public async Task A_torn_last_frame_is_erased_so_that_nothing_of_it_comes_back()
    {
        using LogImage image = await LogImage.CreateAsync(Entries(0, 5, 100), Entries(20, 4, 300));
        (long segment, int offset, _) = image.Commits[^1];
        byte[] bytes = image.Bytes(segment);
        image.Unwrite(bytes, segment, offset + 100, image.End.Offset);
        image.Recover(image.Crashed, segment, bytes);

        byte[] after = image.OnDisk(segment);

        byte[] expected = image.Bytes(segment);
        image.Unwrite(expected, segment, offset, image.End.Offset);
        Assert.Equal(expected, after);
    }

    /// <summary>A power cut keeps any of the sectors of a write that was not synced.</summary>
    [Fact]
    public async Task A_last_commit_of_which_any_sectors_were_written_leaves_a_prefix()
    {
        using LogImage image = await LogImage.CreateAsync(Entries(0, 5, 100), Entries(20, 12, 500));
        (long segment, int offset, int before) = image.Commits[^1];
        Random random = new(1);
        HashSet<int> lengths = [];
        for (int i = 0; i < 3000; i++)
        {
            byte[] bytes = image.Bytes(segment);
            double keep = random.NextDouble();
            bool torn = false;
            for (int at = offset; at < image.End.Offset; at = (at / LogFiller.SectorLength * LogFiller.SectorLength) + LogFiller.SectorLength)
            {
                if (random.NextDouble() > keep)
                {
                    int end = (at / LogFiller.SectorLength * LogFiller.SectorLength) + LogFiller.SectorLength;
                    image.Unwrite(bytes, segment, at, Math.Min(end, image.End.Offset));
                    torn = true;
                }
            }

            (List<string>? entries, string? refusal) = image.Recover(image.Crashed, segment, bytes);

            Assert.Null(refusal);
            Assert.InRange(entries!.Count, before, torn ? image.Entries.Count : int.MaxValue);
            Assert.Equal(image.Entries.Take(entries.Count), entries);
            lengths.Add(entries.Count);
        }

        Assert.True(lengths.Count > 5, "The tears were all alike.");
    }

    [Fact]
    public async Task Unwritten_sectors_of_a_commit_before_the_last_are_refused()
    {
        using LogImage image = await LogImage.CreateAsync(Entries(0, 5, 100), Entries(20, 8, 700), Entries(40, 1, 10));
        (long segment, int offset, int before) = image.Commits[1];
        byte[] bytes = image.Bytes(segment);
        image.Unwrite(bytes, segment, offset, offset + 600);

        (_, string? refusal) = image.Recover(image.Crashed, segment, bytes);

        Assert.Equal(
            $"{image.PathOf(1)} is damaged at offset {offset}: LSN {before + 1} cannot be read, and LSN {image.Entries.Count}, written after it, says that it was on disk. {StoreDamage.WhatToDo}",
            refusal);
    }

    [Fact]
    public async Task A_last_commit_that_vanished_is_refused_where_the_superblock_knows_of_it()
    {
        using LogImage image = await LogImage.CreateAsync(Entries(0, 5, 100), Entries(20, 2, 50));
        (long segment, int offset, int before) = image.Commits[1];
        byte[] bytes = image.Bytes(segment);
        image.Unwrite(bytes, segment, offset, image.End.Offset);

        (_, string? refusal) = image.Recover(image.Stopped, segment, bytes);

        Assert.Equal(
            $"{image.PathOf(1)} is damaged at offset {offset}: the log ends at LSN {before}, and LSN {image.Entries.Count} was on disk. {StoreDamage.WhatToDo}",
            refusal);
    }

    [Fact]
    public async Task Random_damage_to_a_stopped_log_costs_no_entry_or_is_refused()
    {
        using LogImage image = await LogImage.CreateAsync([.. Enumerable.Range(0, 40).Select(i => Entries(i * 10, 3, 300))]);
        Random random = new(2);
        HashSet<bool> outcomes = [];
        for (int i = 0; i < 2000; i++)
        {
            image.Restore();
            long segment = random.Next(1, (int)image.Stopped.SegmentLast + 1);
            byte[] bytes = image.Bytes(segment);
            Span<byte> damaged = bytes.AsSpan(random.Next(bytes.Length));
            damaged = damaged[..Math.Min(damaged.Length, 1 << random.Next(14))];
            switch (random.Next(4))
            {
                case 0:
                    damaged.Clear();
                    break;
                case 1:
                    random.NextBytes(damaged);
                    break;
                case 2:
                    bytes.AsSpan(random.Next(bytes.Length - damaged.Length + 1), damaged.Length).ToArray().CopyTo(damaged);
                    break;
                default:
                    bytes = bytes[..random.Next(bytes.Length)];
                    break;
            }

            (List<string>? entries, string? refusal) = image.Recover(image.Stopped, segment, bytes);

            outcomes.Add(refusal is null);
            if (refusal is null)
            {
                Assert.Equal(image.Entries, entries);
            }
            else
            {
                AssertNames(image.PathOf(1)[..^"1.log".Length], refusal);
            }
        }

        Assert.Equal(2, outcomes.Count);
    }

    [Fact]
    public async Task Missing_empty_swapped_and_older_files_are_refused()
    {
        using LogImage image = await LogImage.CreateAsync([.. Enumerable.Range(0, 60).Select(i => Entries(i * 10, 3, 1000))]);
        Assert.InRange(image.Stopped.SegmentLast, 3, 9);

        File.Delete(image.PathOf(1));
        AssertRefused("missing", image.PathOf(1), "the file is missing, and the superblock says it was in use");
        image.Restore();
        File.Delete(image.PathOf(image.Stopped.SegmentLast));
        AssertRefused("last missing", image.PathOf(image.Stopped.SegmentLast), "the file is missing, and the superblock says it was in use");
        image.Restore();
        image.Put(2, []);
        AssertRefused("empty", image.PathOf(2), "its header is not that of segment 2 of this member");
        image.Restore();
        image.Put(1, image.Bytes(2));
        image.Put(2, image.Bytes(1));
        AssertRefused("swapped", image.PathOf(1), "its header is not that of segment 1 of this member");
        image.Restore();

        (_, string? older) = image.Recover(image.Stopped with { SegmentLast = 1, DurableLsn = 0 });
        Assert.Contains($"{image.PathOf(2)} is damaged at offset", older, StringComparison.Ordinal);
        Assert.Contains("the superblock does not know of it: an older superblock was put back", older, StringComparison.Ordinal);

        void AssertRefused(string what, string path, string why)
        {
            (_, string? refusal) = image.Recover(image.Stopped);
            Assert.True(refusal == $"{path} is damaged at offset 0: {why}. {StoreDamage.WhatToDo}", $"{what}: {refusal}");
        }
    }

    [Fact]
    public async Task A_segment_of_another_member_is_refused()
    {
        using LogImage image = await LogImage.CreateAsync(Entries(0, 2, 10));

        (_, string? refusal) = image.Recover(image.Stopped with { Member = new MemberId(Guid.Parse("99999999-0000-0000-0000-000000000000")) });

        Assert.Contains("its header is not that of segment 1 of this member", refusal, StringComparison.Ordinal);
    }

    /// <summary>A client that knows the format cannot put a frame into a value and have it taken for one.</summary>
    [Fact]
    public async Task A_frame_inside_a_value_is_not_a_frame()
    {
        byte[] forged = new byte[LogFrame.HeaderLength * 8];
        for (int at = 0; at < forged.Length; at += LogFrame.HeaderLength)
        {
            new LogFrame(1000, 0, 0, LogFrameKind.CommitEnd, 0).WriteTo(forged.AsSpan(at));
            LogFrame.Seal(forged.AsSpan(at), 999, seed: 0);
        }

        StoreEntry entry = StoreEntry.Of(FactOf(FactKind.Bound, 0, "") with { Payload = forged });
        using LogImage image = await LogImage.CreateAsync(Entries(0, 2, 10), [entry]);
        (long segment, int offset, int before) = image.Commits[1];
        byte[] bytes = image.Bytes(segment);
        image.Unwrite(bytes, segment, image.End.Offset - 48, image.End.Offset);

        (List<string>? entries, string? refusal) = image.Recover(image.Crashed, segment, bytes);

        Assert.Null(refusal);
        Assert.Equal(image.Entries.Take(before), entries);
        Assert.True(offset > 0);
    }

    private static StoreEntry[] Entries(int first, int count, int length) =>
        [.. Enumerable.Range(first, count).Select(i => StoreEntry.Of(KeyOf(i), i % 7 == 3 ? Tombstone(i) : Value(i, length)))];

    private static void AssertNames(string path, string refusal)
    {
        Assert.StartsWith(path, refusal, StringComparison.Ordinal);
        Assert.Matches(" is damaged at offset [0-9]+: ", refusal);
    }
}

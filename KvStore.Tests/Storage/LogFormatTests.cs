using KvStore.Node.Storage.Log;
using Xunit;

namespace KvStore.Tests.Storage;

public sealed class LogFormatTests
{
    [Fact]
    public void The_checksum_is_CRC32C()
    {
        Assert.Equal(0xE306_9283u, Crc32C.Of("123456789"u8, 0));
        Assert.NotEqual(Crc32C.Of("123456789"u8, 0), Crc32C.Of("123456789"u8, 1));
    }

    [Fact]
    public void A_frame_reads_back_under_its_own_seed_only()
    {
        byte[] bytes = new byte[64];
        LogFrame frame = new(7, 3, 12, LogFrameKind.Record, 5);
        frame.WriteTo(bytes);
        "hello"u8.CopyTo(bytes.AsSpan(LogFrame.HeaderLength));

        Assert.Equal(48, LogFrame.Seal(bytes, 6, seed: 9));

        Assert.True(LogFrame.TryRead(bytes, 9, out LogFrame read));
        Assert.Equal(frame with { Synced = 6 }, read);
        Assert.False(LogFrame.TryRead(bytes, 8, out _));
        Assert.False(LogFrame.TryRead(bytes.AsSpan(0, 36), 9, out _));
    }

    [Fact]
    public void Filler_is_found_wherever_it_begins_and_ends_where_something_was_written()
    {
        LogFiller filler = new(123);
        byte[] bytes = new byte[200_000];
        filler.Fill(bytes, 77);
        Assert.Equal(-1, filler.FirstWritten(bytes, 77));
        Assert.Equal(-1, filler.FirstWritten(bytes.AsSpan(1000, 5000), 1077));
        Assert.NotEqual(-1, new LogFiller(124).FirstWritten(bytes.AsSpan(0, 16), 77));

        bytes[150_000] ^= 1;

        Assert.Equal(150_000, filler.FirstWritten(bytes, 77));
        Assert.Equal(149_000, filler.FirstWritten(bytes.AsSpan(1000), 1077));
    }

    [Fact]
    public void A_superblock_reads_back_and_any_flipped_bit_is_noticed()
    {
        Superblock superblock = new(FasterStoreHarness.Cluster, FasterStoreHarness.Member, 5, 4, 3, 2, 9, 7);
        byte[] bytes = new byte[Superblock.Length];
        superblock.WriteTo(bytes);
        Assert.True(Superblock.TryRead(bytes, out int format, out Superblock? read));
        Assert.Equal((Superblock.FormatCurrent, superblock), (format, read));

        for (int bit = 0; bit < bytes.Length * 8; bit++)
        {
            bytes[bit / 8] ^= (byte)(1 << (bit % 8));
            Assert.False(Superblock.TryRead(bytes, out _, out _));
            bytes[bit / 8] ^= (byte)(1 << (bit % 8));
        }
    }
}

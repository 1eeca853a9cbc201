using System.Buffers;
using System.IO.Pipelines;
using KvStore.Node.Peers;
using Xunit;

namespace KvStore.Tests.Peers;

public sealed class FrameAssemblyTests
{
    [Fact]
    public async Task What_was_written_is_read_however_it_is_split()
    {
        byte[] written = await WrittenAsync(output =>
        {
            FrameAssembly.Welcome(output);
            Frame(output, [1, 2, 3]);
            Frame(output, [4]);
            FrameAssembly.Farewell(output, "für heute");
        });

        for (int first = 0; first <= written.Length; first++)
        {
            for (int second = first; second <= written.Length; second++)
            {
                Assert.Equal("Welcome, Frame 1 2 3, Frame 4, Farewell für heute", Read(written, first, second));
            }
        }
    }

    [Theory]
    [InlineData(PeerCodec.FrameLengthMax, "Missing")]
    [InlineData(PeerCodec.FrameLengthMax + 1, "Malformed")]
    [InlineData(int.MaxValue, "Malformed")]
    [InlineData(-FrameAssembly.FarewellBytesMax, "Missing")]
    [InlineData(-FrameAssembly.FarewellBytesMax - 1, "Malformed")]
    [InlineData(int.MinValue, "Malformed")]
    public async Task A_length_is_checked_before_what_it_announces_is_there(int length, string expected)
    {
        ReadOnlySequence<byte> unread = new(await WrittenAsync(output => FrameAssembly.Announce(output, length)));
        long before = GC.GetAllocatedBytesForCurrentThread();

        Assert.Equal(expected, $"{new FrameAssembly().Take(ref unread, out _, out _)}");
        Assert.InRange(GC.GetAllocatedBytesForCurrentThread() - before, 0, 300_000);
    }

    [Fact]
    public async Task A_long_frame_comes_whole_in_many_pieces()
    {
        byte[] frame = new byte[3_000_001];
        new Random(1).NextBytes(frame);
        byte[] written = await WrittenAsync(output => Frame(output, frame));
        FrameAssembly assembly = new();
        byte[]? taken = null;
        for (int at = 0; at < written.Length; at += 4_099)
        {
            // What is not taken of a piece would come again: only a length in two pieces is not.
            ReadOnlySequence<byte> piece = new(written, at, Math.Min(4_099, written.Length - at));
            FrameWord word = assembly.Take(ref piece, out taken, out _);
            Assert.True(piece.IsEmpty);
            Assert.Equal(at + 4_099 >= written.Length, word == FrameWord.Frame);
        }

        Assert.Equal(frame, taken);
    }

    [Fact]
    public async Task A_long_farewell_is_cut_off()
    {
        ReadOnlySequence<byte> unread = new(await WrittenAsync(output => FrameAssembly.Farewell(output, new string('a', 5_000))));

        Assert.Equal(FrameWord.Farewell, new FrameAssembly().Take(ref unread, out _, out string? farewell));
        Assert.Equal(new string('a', FrameAssembly.FarewellBytesMax), farewell);
        Assert.True(unread.IsEmpty);
    }

    private static string Read(byte[] written, int first, int second)
    {
        FrameAssembly assembly = new();
        List<string> words = [];
        int at = 0;
        foreach (int end in (int[])[first, second, written.Length])
        {
            ReadOnlySequence<byte> unread = new(written, at, end - at);
            while (assembly.Take(ref unread, out byte[]? frame, out string? farewell) is var word and not FrameWord.Missing)
            {
                words.Add(frame is not null ? $"{word} {string.Join(' ', frame)}" : farewell is not null ? $"{word} {farewell}" : $"{word}");
            }

            at = end - (int)unread.Length;
        }

        return string.Join(", ", words);
    }

    private static void Frame(PipeWriter output, byte[] frame)
    {
        FrameAssembly.Announce(output, frame.Length);
        output.Write(frame);
    }

    private static async Task<byte[]> WrittenAsync(Action<PipeWriter> write)
    {
        using MemoryStream written = new();
        PipeWriter output = PipeWriter.Create(written);
        write(output);
        await output.FlushAsync(TestContext.Current.CancellationToken);
        return written.ToArray();
    }
}

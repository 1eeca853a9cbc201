using System.Buffers;
using System.Text;
using KvStore.Node.FrontEnds.Resp;
using Xunit;

namespace KvStore.Tests.FrontEnds.Resp;

/// <summary>What is read quickly is what <see cref="RespReader"/> reads, and nothing else is.</summary>
public sealed class QuickCommandTests
{
    private const int Mutations = 300_000;

    private static readonly RespLimits Limits = new(BulkBytesMax: 1 << 20, CommandBytesMax: 1 << 21);

    [Theory]
    [InlineData("*2\r\n$3\r\nGET\r\n$1\r\nk\r\n", "Get|k|")]
    [InlineData("*2\r\n$3\r\ngEt\r\n$3\r\na\r\n\r\n*2", "Get|a\r\n|")]
    [InlineData("*3\r\n$3\r\nSET\r\n$3\r\nkey\r\n$5\r\nva\r\ne\r\nPING\r\n", "Set|key|va\r\ne")]
    [InlineData("*3\r\n$3\r\nset\r\n$2\r\nab\r\n$0\r\n\r\n", "Set|ab|")]
    public void A_command_is_read_once_it_is_whole(string payload, string expected)
    {
        byte[] bytes = Encoding.Latin1.GetBytes(payload);
        QuickCommandKind kind = QuickCommand.Read(bytes, out int whole, out ReadOnlySpan<byte> key, out ReadOnlySpan<byte> value);
        Assert.Equal(expected, $"{kind}|{Encoding.Latin1.GetString(key)}|{Encoding.Latin1.GetString(value)}");
        for (int cut = 1; cut < whole; cut++)
        {
            Assert.Equal(QuickCommandKind.Partial, QuickCommand.Read(bytes.AsSpan(0, cut), out _, out _, out _));
        }
    }

    [Theory]
    [InlineData("PING\r\n")]
    [InlineData("*1\r\n$4\r\nPING\r\n")]
    [InlineData("*1\r\n")]
    [InlineData("*2\r\n$3\r\nDEL\r\n$1\r\nk\r\n")]
    [InlineData("*3\r\n$3\r\nGET\r\n$1\r\nk\r\n$1\r\nk\r\n")]
    [InlineData("*2\r\n$3\r\nSET\r\n$1\r\nk\r\n")]
    [InlineData("*5\r\n$3\r\nSET\r\n$1\r\nk\r\n$1\r\nv\r\n$2\r\nEX\r\n$1\r\n9\r\n")]
    [InlineData("*2\r\n$3\r\nGET\r\n$-1\r\n")]
    [InlineData("*2\r\n$3\r\nGET\r\n$+1\r\nk\r\n")]
    [InlineData("*2\r\n$3\r\nGET\r\n$1x\r\nk\r\n")]
    [InlineData("*2\r\n$3\r\nGET\r\n$1\r\nkk\r\n")]
    [InlineData("*2\r\n$3\r\nGET\r\n$5000\r\nk")]
    [InlineData("*2\r\n$3\r\nGET\r\n$99999999\r\nk")]
    [InlineData("*3\r\n$3\r\nSET\r\n$1\r\nk\r\n$16385\r\nv")]
    [InlineData("*3\r\n$3\r\nSET\r\n$1\r\nk\r\nv\r\n")]
    public void Anything_else_is_left_to_the_reader(string payload) =>
        Assert.Equal(QuickCommandKind.Other, QuickCommand.Read(Encoding.Latin1.GetBytes(payload), out _, out _, out _));

    [Fact]
    public void Whatever_comes_it_is_what_the_reader_reads()
    {
        Random random = new(11);
        byte[][] seeds = [RespBytes.Command("GET", "some-key"), RespBytes.Command("SET", "key", "value\r\n$3"), [.. RespBytes.Command("set", "k", ""), .. RespBytes.Command("get", "k")]];
        int read = 0;
        for (int i = 0; i < Mutations; i++)
        {
            byte[] bytes = [.. seeds[random.Next(seeds.Length)]];
            for (int mutation = random.Next(3); mutation > 0; mutation--)
            {
                bytes[random.Next(bytes.Length)] = random.Next(2) == 0 ? (byte)random.Next(256) : "*$\r\n0123gets"u8[random.Next(12)];
            }

            QuickCommandKind kind = QuickCommand.Read(bytes, out int length, out ReadOnlySpan<byte> key, out ReadOnlySpan<byte> value);
            if (kind is not (QuickCommandKind.Get or QuickCommandKind.Set))
            {
                continue;
            }

            read++;
            SequenceReader<byte> input = new(new ReadOnlySequence<byte>(bytes));
            Assert.True(new RespReader(Limits).TryRead(ref input, out byte[][]? command));
            Assert.Equal(length, input.Consumed);
            Assert.Equal(kind == QuickCommandKind.Get ? 2 : 3, command.Length);
            Assert.Equal($"{kind}", Encoding.Latin1.GetString(command[0]), ignoreCase: true);
            Assert.True(key.SequenceEqual(command[1]));
            Assert.True(kind == QuickCommandKind.Get || value.SequenceEqual(command[2]));
        }

        Assert.True(read > Mutations / 10);
    }
}

using System.Buffers;
using System.Text;
using KvStore.Node.FrontEnds.Resp;
using Xunit;

namespace KvStore.Tests.FrontEnds.Resp;

public sealed class RespReaderTests
{
    private const int Mutations = 1_000_000;

    /// <summary>What is sent, and the commands that are in it.</summary>
    public static TheoryData<string, string[]> Payloads => new()
    {
        { "*1\r\n$4\r\nPING\r\n", ["PING"] },
        { "*3\r\n$3\r\nSET\r\n$1\r\nk\r\n$5\r\na\r\nb\n\r\n", ["SET|k|a\r\nb\n"] },
        { "*2\r\n$3\r\nGET\r\n$0\r\n\r\n*1\r\n$4\r\nPING\r\n", ["GET|", "PING"] },
        { "*2\r\n$3\r\nGET\r\n$1\r\na\r\n*2\r\n$3\r\nGET\r\n$1\r\nb\r\n*2\r\n$3\r\nget\r\n$1\r\nc\r\n", ["GET|a", "GET|b", "get|c"] },
        { "*0\r\n*-1\r\n\r\n\n*1\r\n$1\r\nx\r\n", ["x"] },
        { "PING\r\n", ["PING"] },
        { "  set\tkey  'a b' \"c\\x41\\n\\\"\" \r\nPING\n", ["set|key|a b|cA\n\"", "PING"] },
        { "get \"\"\r\n", ["get|"] },
        { "get 'it\\'s'\r\n*1\r\n$1\r\n*\r\n", ["get|it's", "*"] },
        { "*2\r\n$1\r\nx\r\n$1\r\nyz\r\n", ["error: expected CRLF behind a bulk"] },
        { "*1\r\n$4\r\nPING\r\n*1\r\nPING\r\n", ["PING", "error: expected '$', got 'P'"] },
        { "*x\r\n", ["error: invalid multibulk length"] },
        { "*+1\r\n", ["error: invalid multibulk length"] },
        { "*1\n", ["error: invalid multibulk length"] },
        { "*65537\r\n", ["error: invalid multibulk length"] },
        { "*99999999999999999999\r\n", ["error: invalid multibulk length"] },
        { "*1\r\n$-1\r\n", ["error: invalid bulk length"] },
        { "*1\r\n$1001\r\n", ["error: invalid bulk length"] },
        { "*3\r\n$1000\r\n" + new string('a', 1000) + "\r\n$999\r\n", ["error: the command has more than 2000 bytes"] },
        { "get \"a\r\n", ["error: unbalanced quotes in request"] },
        { "get 'a'b\r\n", ["error: unbalanced quotes in request"] },
    };

    [Theory]
    [MemberData(nameof(Payloads))]
    public void A_payload_is_the_same_commands_at_every_split(string payload, string[] commands)
    {
        byte[] bytes = Encoding.Latin1.GetBytes(payload);
        Assert.Equal(commands, Read(bytes));
        Assert.Equal(commands, Read([.. bytes.Select(one => new[] { one })]));
        for (int cut = 1; cut < bytes.Length; cut++)
        {
            Assert.Equal(commands, Read(bytes[..cut], bytes[cut..]));
        }
    }

    [Theory]
    [InlineData("*2\r\n$3\r\nGET\r\n$1000\r\n", 2 * RespLimits.ArgumentOverhead + 1_003)]
    [InlineData("*65536\r\n", 0)]
    public void What_is_only_declared_is_not_taken_memory_for(string payload, int begun)
    {
        RespReader reader = new(RespBytes.Limits);
        long before = GC.GetAllocatedBytesForCurrentThread();
        SequenceReader<byte> input = new(new ReadOnlySequence<byte>(Encoding.Latin1.GetBytes(payload)));
        Assert.False(reader.TryRead(ref input, out _));
        long taken = GC.GetAllocatedBytesForCurrentThread() - before;

        Assert.Null(reader.Error);
        Assert.Equal(begun, reader.BytesBegun);
        Assert.InRange(taken, 0, 1_000);
    }

    [Theory]
    [InlineData("*111111111111111111111111111111111", "too big multibulk count string")]
    [InlineData("*1\r\n$111111111111111111111111111111111", "too big bulk count string")]
    public void A_header_without_end_is_refused(string payload, string error) =>
        Assert.Equal([$"error: {error}"], Read(Encoding.Latin1.GetBytes(payload)));

    [Fact]
    public void A_line_without_end_is_refused()
    {
        byte[] longest = Encoding.Latin1.GetBytes(new string('a', RespLimits.InlineBytesMax));
        Assert.Equal([], Read(longest));
        Assert.Equal([Encoding.Latin1.GetString(longest)], Read(longest, "\n"u8.ToArray()));
        Assert.Equal(["error: too big inline request"], Read(longest, "a"u8.ToArray()));
    }

    [Fact]
    public void A_name_that_comes_again_is_not_made_again()
    {
        RespReader reader = new(RespBytes.Limits);
        SequenceReader<byte> input = new(new ReadOnlySequence<byte>([.. RespBytes.Command("GET", "a"), .. RespBytes.Command("GET", "b")]));
        Assert.True(reader.TryRead(ref input, out byte[][]? first));
        Assert.True(reader.TryRead(ref input, out byte[][]? second));

        Assert.Same(first[0], second[0]);
        Assert.NotSame(first[1], second[1]);
    }

    [Fact]
    public void No_mutation_makes_it_throw_hang_or_grow()
    {
        Random random = new(20_261);
        byte[][] seeds = [.. Payloads.Select(row => Encoding.Latin1.GetBytes(row.Data.Item1)).Where(bytes => bytes.Length < 200)];
        int commands = 0;
        int errors = 0;
        int unfinished = 0;
        for (int i = 0; i < Mutations; i++)
        {
            byte[] bytes = Mutated(seeds[random.Next(seeds.Length)], random);
            RespReader reader = new(RespBytes.Limits);
            SequenceReader<byte> input = new(new ReadOnlySequence<byte>(bytes));
            while (reader.TryRead(ref input, out byte[][]? command))
            {
                commands++;
                Assert.True(command.Sum(word => word.Length) <= bytes.Length, Convert.ToBase64String(bytes));
            }

            Assert.True(reader.BytesBegun <= RespBytes.Limits.CommandBytesMax + RespBytes.Limits.BulkBytesMax + RespLimits.ArgumentOverhead, Convert.ToBase64String(bytes));
            errors += reader.Error is null ? 0 : 1;
            unfinished += reader.Error is null && input.Remaining > 0 ? 1 : 0;
            if (i % 1_000 == 0)
            {
                int cut = random.Next(bytes.Length + 1);
                Assert.Equal(Read(bytes), cut is 0 || cut == bytes.Length ? Read(bytes) : Read(bytes[..cut], bytes[cut..]));
            }
        }

        Assert.True(commands > Mutations / 4 && errors > Mutations / 10 && unfinished > Mutations / 100, $"{commands} commands, {errors} errors, {unfinished} unfinished");
    }

    private static byte[] Mutated(byte[] seed, Random random)
    {
        const string Telling = "*$\r\n-0129\"'\\ xa";
        byte[] bytes = [.. seed];
        for (int i = random.Next(1, 4); i > 0; i--)
        {
            int at = random.Next(bytes.Length);
            bytes = random.Next(4) switch
            {
                0 => [.. bytes[..at], .. bytes[Math.Min(at + random.Next(1, 4), bytes.Length)..]],
                1 => [.. bytes[..at], (byte)Telling[random.Next(Telling.Length)], .. bytes[at..]],
                2 => [.. bytes[..at], (byte)random.Next(256), .. bytes[(at + 1)..]],
                _ => [.. bytes[..at], .. bytes[random.Next(bytes.Length)..]],
            };
            if (bytes.Length == 0)
            {
                bytes = [(byte)random.Next(256)];
            }
        }

        return bytes;
    }

    private static List<string> Read(params IEnumerable<byte[]> pieces) => RespBytes.Read(new RespReader(RespBytes.Limits), pieces);
}

using System.Buffers;
using System.Text;
using KvStore.Node.FrontEnds.Resp;

namespace KvStore.Tests.FrontEnds.Resp;

/// <summary>Commands and answers as bytes, and bytes in pieces.</summary>
internal static class RespBytes
{
    public static readonly RespLimits Limits = new(BulkBytesMax: 1_000, CommandBytesMax: 2_000);

    /// <summary>As clients send them: an array of bulks.</summary>
    public static byte[] Command(params string[] words) =>
        Encoding.Latin1.GetBytes($"*{words.Length}\r\n" + string.Concat(words.Select(word => $"${word.Length}\r\n{word}\r\n")));

    /// <summary>As a connection does: what is not read yet is given again with what comes behind it.</summary>
    /// <returns>The commands, their words between bars; last the error, if there is one.</returns>
    public static List<string> Read(RespReader reader, params IEnumerable<byte[]> pieces)
    {
        List<string> read = [];
        List<byte[]> unread = [];
        foreach (byte[] piece in pieces)
        {
            unread.Add(piece);
            ReadOnlySequence<byte> buffer = SequenceOf(unread);
            SequenceReader<byte> input = new(buffer);
            while (reader.TryRead(ref input, out byte[][]? command))
            {
                read.Add(string.Join('|', command.Select(Encoding.Latin1.GetString)));
            }

            unread = [.. Pieces(input.UnreadSequence)];
        }

        if (reader.Error is { } error)
        {
            read.Add($"error: {error}");
        }

        return read;
    }

    public static string Written(RespReply reply, int protocol)
    {
        ArrayBufferWriter<byte> output = new();
        RespWriter.Write(output, reply, protocol);
        return Encoding.UTF8.GetString(output.WrittenSpan);
    }

    private static IEnumerable<byte[]> Pieces(ReadOnlySequence<byte> bytes)
    {
        foreach (ReadOnlyMemory<byte> piece in bytes)
        {
            yield return piece.ToArray();
        }
    }

    private static ReadOnlySequence<byte> SequenceOf(List<byte[]> pieces)
    {
        Piece first = new(pieces[0], 0);
        Piece last = first;
        foreach (byte[] piece in pieces.Skip(1))
        {
            last = last.Append(piece);
        }

        return new ReadOnlySequence<byte>(first, 0, last, last.Memory.Length);
    }

    private sealed class Piece : ReadOnlySequenceSegment<byte>
    {
        public Piece(byte[] bytes, long before)
        {
            Memory = bytes;
            RunningIndex = before;
        }

        public Piece Append(byte[] bytes)
        {
            Piece next = new(bytes, RunningIndex + Memory.Length);
            Next = next;
            return next;
        }
    }
}

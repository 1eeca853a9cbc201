using System.Buffers;
using System.Buffers.Text;

namespace KvStore.Node.FrontEnds.Resp;

/// <summary>Answers to bytes, in the version of the protocol that the connection speaks.</summary>
internal static class RespWriter
{
    /// <summary>What every connection speaks until it says HELLO.</summary>
    public const int OldProtocol = 2;

    public const int NewProtocol = 3;

    private const int HeaderBytesMax = 24;

    /// <param name="protocol">2 or 3.</param>
    public static void Write(IBufferWriter<byte> output, in RespReply reply, int protocol)
    {
        bool isNew = protocol == NewProtocol;
        switch (reply.Kind)
        {
            case RespReplyKind.None:
                break;
            case RespReplyKind.Simple:
                WriteLine(output, (byte)'+', reply.Bytes.Span);
                break;
            case RespReplyKind.Error:
                WriteLine(output, (byte)'-', reply.Bytes.Span);
                break;
            case RespReplyKind.Integer:
                WriteHeader(output, (byte)':', reply.Number);
                break;
            case RespReplyKind.Bulk:
                WriteBulk(output, reply.Bytes.Span);
                break;
            case RespReplyKind.Null:
                output.Write(isNew ? "_\r\n"u8 : "$-1\r\n"u8);
                break;
            case RespReplyKind.NullArray:
                output.Write(isNew ? "_\r\n"u8 : "*-1\r\n"u8);
                break;
            case RespReplyKind.Verbatim when isNew:
                WriteHeader(output, (byte)'=', reply.Bytes.Length + 4);
                output.Write("txt:"u8);
                output.Write(reply.Bytes.Span);
                output.Write("\r\n"u8);
                break;
            case RespReplyKind.Verbatim:
                WriteBulk(output, reply.Bytes.Span);
                break;
            case RespReplyKind.Written:
                output.Write(reply.Bytes.Span);
                break;
            default:
                WriteItems(output, reply, protocol);
                break;
        }
    }

    private static void WriteItems(IBufferWriter<byte> output, in RespReply reply, int protocol)
    {
        IReadOnlyList<RespReply> items = reply.Items!;
        byte mark = protocol == NewProtocol ? MarkOf(reply.Kind) : (byte)'*';
        Invariant.Holds(reply.Kind != RespReplyKind.Map || items.Count % 2 == 0);
        if (reply.Kind != RespReplyKind.Several)
        {
            WriteHeader(output, mark, mark == '%' ? items.Count / 2 : items.Count);
        }

        for (int i = 0; i < items.Count; i++)
        {
            Write(output, items[i], protocol);
        }
    }

    private static byte MarkOf(RespReplyKind kind) => kind switch
    {
        RespReplyKind.Map => (byte)'%',
        RespReplyKind.Set => (byte)'~',
        RespReplyKind.Push => (byte)'>',
        RespReplyKind.Array or RespReplyKind.Several => (byte)'*',
        _ => throw new InvariantViolation($"{kind} has no items"),
    };

    private static void WriteBulk(IBufferWriter<byte> output, ReadOnlySpan<byte> bytes)
    {
        WriteHeader(output, (byte)'$', bytes.Length);
        output.Write(bytes);
        output.Write("\r\n"u8);
    }

    private static void WriteLine(IBufferWriter<byte> output, byte mark, ReadOnlySpan<byte> text)
    {
        Span<byte> line = output.GetSpan(text.Length + 3);
        line[0] = mark;
        text.CopyTo(line[1..]);
        "\r\n"u8.CopyTo(line[(1 + text.Length)..]);
        output.Advance(text.Length + 3);
    }

    private static void WriteHeader(IBufferWriter<byte> output, byte mark, long number)
    {
        Span<byte> line = output.GetSpan(HeaderBytesMax);
        line[0] = mark;
        Invariant.Holds(Utf8Formatter.TryFormat(number, line[1..], out int length));
        "\r\n"u8.CopyTo(line[(1 + length)..]);
        output.Advance(length + 3);
    }
}

using System.Buffers;
using System.Buffers.Text;
using System.Diagnostics.CodeAnalysis;
using System.Globalization;

namespace KvStore.Node.FrontEnds.Resp;

/// <summary>
/// Bytes of a client to commands, wherever they are cut. It keeps what it has read of a command, so no byte is looked at
/// again because of where the next ones begin.
/// </summary>
/// <remarks>
/// Must hold: a length is checked before anything is made of it, and memory is taken for bytes that have come, never for
/// bytes that are only declared. After an error nothing more is read: where the next command begins is not known.
/// </remarks>
internal sealed class RespReader(RespLimits limits)
{
    private const int NoBulk = -1;
    private const int HeaderBytesMax = 32;
    private const int InlineMax = RespLimits.InlineBytesMax;

    private readonly List<byte[]> _arguments = [];

    // Clients send the same command again and again: its name is made once.
    private byte[] _name = [];
    private int _missing;
    private int _bulkLength = NoBulk;
    private long _bytes;

    /// <summary>For the commands that begin from now on.</summary>
    public RespLimits Limits { get; set; } = limits;

    /// <summary>What is wrong with the client's bytes, as the protocol's error says it; null while nothing is.</summary>
    public string? Error { get; private set; }

    /// <summary>Whether nothing of a command was read that is not whole.</summary>
    public bool IsBetweenCommands => _missing == 0;

    /// <summary>Bytes of the command that has begun, as far as they are declared; 0 between commands.</summary>
    public long BytesBegun => _bytes;

    /// <param name="input">Moved behind what was read; what is left is to be given again, with what comes behind it.</param>
    /// <param name="command">Its name and its arguments; the arrays are nobody else's, but for the name's, which is not to be written to.</param>
    /// <returns>False if there is no whole command, or an <see cref="Error"/>.</returns>
    public bool TryRead(ref SequenceReader<byte> input, [NotNullWhen(true)] out byte[][]? command)
    {
        command = null;
        while (Error is null && input.TryPeek(out byte first))
        {
            if (_missing == 0)
            {
                bool isLine = first != '*';
                if (isLine ? !TryReadLine(ref input, out command) : !TryBegin(ref input))
                {
                    return false;
                }

                if (isLine && command!.Length > 0)
                {
                    return true;
                }
            }
            else if (!TryReadArgument(ref input))
            {
                return false;
            }
            else if (--_missing == 0)
            {
                command = [.. _arguments];
                _arguments.Clear();
                _bytes = 0;
                return true;
            }
        }

        command = null;
        return false;
    }

    private bool TryBegin(ref SequenceReader<byte> input)
    {
        if (!TryReadHeader(ref input, "multibulk", out long count))
        {
            return false;
        }

        if (count > RespLimits.ArgumentsMax)
        {
            Error = "invalid multibulk length";
            return false;
        }

        _missing = (int)Math.Max(0, count); // none, or a null, is no command and has no answer
        return true;
    }

    private bool TryReadArgument(ref SequenceReader<byte> input)
    {
        if (_bulkLength == NoBulk && !TryReadBulkLength(ref input))
        {
            return false;
        }

        if (input.Remaining < _bulkLength + 2)
        {
            return false;
        }

        _arguments.Add(Take(ref input, _bulkLength));
        _bulkLength = NoBulk;
        Span<byte> end = stackalloc byte[2];
        input.TryCopyTo(end);
        input.Advance(2);
        if (!end.SequenceEqual("\r\n"u8))
        {
            Error = "expected CRLF behind a bulk";
            return false;
        }

        return true;
    }

    private bool TryReadBulkLength(ref SequenceReader<byte> input)
    {
        input.TryPeek(out byte mark);
        if (mark != '$')
        {
            Error = $"expected '$', got '{(mark is > 32 and < 127 ? (char)mark : '?')}'";
            return false;
        }

        if (!TryReadHeader(ref input, "bulk", out long length))
        {
            return false;
        }

        if (length < 0 || length > Limits.BulkBytesMax)
        {
            Error = "invalid bulk length";
            return false;
        }

        _bytes += length + RespLimits.ArgumentOverhead;
        if (_bytes > Limits.CommandBytesMax)
        {
            Error = string.Create(CultureInfo.InvariantCulture, $"the command has more than {Limits.CommandBytesMax} bytes");
            return false;
        }

        _bulkLength = (int)length;
        return true;
    }

    private byte[] Take(ref SequenceReader<byte> input, int length)
    {
        ReadOnlySpan<byte> ahead = input.UnreadSpan;
        bool isName = _arguments.Count == 0;
        byte[] bytes;
        if (isName && ahead.Length >= length && ahead[..length].SequenceEqual(_name))
        {
            bytes = _name;
        }
        else
        {
            bytes = new byte[length];
            input.TryCopyTo(bytes);
        }

        if (isName)
        {
            _name = bytes;
        }

        input.Advance(length);
        return bytes;
    }

    /// <summary>A mark, a number and CRLF.</summary>
    private bool TryReadHeader(ref SequenceReader<byte> input, string what, out long number)
    {
        number = 0;
        if (!input.TryReadTo(out ReadOnlySpan<byte> line, (byte)'\n'))
        {
            Error = input.Remaining > HeaderBytesMax ? $"too big {what} count string" : null;
            return false;
        }

        bool isNumber = line.Length is > 2 and <= HeaderBytesMax && line[^1] == '\r' && line[1] != '+'
            && Utf8Parser.TryParse(line[1..^1], out number, out int consumed) && consumed == line.Length - 2;
        Error = isNumber ? null : $"invalid {what} length";
        return isNumber;
    }

    private bool TryReadLine(ref SequenceReader<byte> input, out byte[][] command)
    {
        command = [];
        bool isWhole = input.TryReadTo(out ReadOnlySpan<byte> line, (byte)'\n');
        if (isWhole ? line.Length > InlineMax : input.Remaining > InlineMax)
        {
            Error = "too big inline request";
        }
        else if (isWhole && !InlineCommand.TrySplit(line.TrimEnd((byte)'\r'), out command))
        {
            Error = "unbalanced quotes in request";
        }

        return isWhole && Error is null;
    }
}

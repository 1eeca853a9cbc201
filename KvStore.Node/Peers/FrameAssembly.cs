using System.Buffers;
using System.Buffers.Binary;
using System.IO.Pipelines;
using System.Text;

namespace KvStore.Node.Peers;

/// <summary>
/// Frames as they stand on a connection, little-endian: a frame's length (4) and its bytes. Length 0 is a welcome. A length
/// below 0 is a farewell: so many bytes of UTF-8 follow, which say why, and nothing after them.
/// </summary>
internal sealed class FrameAssembly
{
    /// <summary>Bytes of a farewell; more are cut off by whoever says it.</summary>
    public const int FarewellBytesMax = 512;

    private const int PrefixLength = 4;

    /// <summary>Room for a frame at first: a length that was only announced takes no more memory than that.</summary>
    private const int FirstRoomBytes = 256 * 1024;

    private byte[]? _frame;
    private int _length;
    private int _filled;

    public static void Announce(PipeWriter output, int length)
    {
        BinaryPrimitives.WriteInt32LittleEndian(output.GetSpan(PrefixLength), length);
        output.Advance(PrefixLength);
    }

    public static void Welcome(PipeWriter output) => Announce(output, 0);

    /// <param name="reason">For people.</param>
    public static void Farewell(PipeWriter output, string reason)
    {
        byte[] bytes = Encoding.UTF8.GetBytes(reason);
        int length = Math.Min(bytes.Length, FarewellBytesMax);
        Announce(output, -length);
        output.Write(bytes.AsSpan(0, length));
    }

    /// <summary>Takes what is next from the bytes at hand.</summary>
    /// <param name="unread">Moved behind what was taken.</param>
    /// <param name="frame">Where it is one; nobody else's.</param>
    /// <param name="farewell">Where it is one.</param>
    public FrameWord Take(ref ReadOnlySequence<byte> unread, out byte[]? frame, out string? farewell)
    {
        frame = null;
        farewell = null;
        if (_frame is null)
        {
            if (!TryReadLength(unread, out int length))
            {
                return FrameWord.Missing;
            }

            if (length <= 0)
            {
                return TakeWord(length, ref unread, out farewell);
            }

            if (length > PeerCodec.FrameLengthMax)
            {
                return FrameWord.Malformed;
            }

            unread = unread.Slice(PrefixLength);
            _frame = GC.AllocateUninitializedArray<byte>(Math.Min(length, FirstRoomBytes));
            _length = length;
        }

        Fill(ref unread);
        if (_filled < _length)
        {
            return FrameWord.Missing;
        }

        frame = _frame;
        _frame = null;
        _filled = 0;
        return FrameWord.Frame;
    }

    private static bool TryReadLength(in ReadOnlySequence<byte> unread, out int length)
    {
        length = 0;
        if (unread.Length < PrefixLength)
        {
            return false;
        }

        Span<byte> prefix = stackalloc byte[PrefixLength];
        unread.Slice(0, PrefixLength).CopyTo(prefix);
        length = BinaryPrimitives.ReadInt32LittleEndian(prefix);
        return true;
    }

    private static FrameWord TakeWord(int length, ref ReadOnlySequence<byte> unread, out string? farewell)
    {
        farewell = null;
        if (length == 0)
        {
            unread = unread.Slice(PrefixLength);
            return FrameWord.Welcome;
        }

        if (length < -FarewellBytesMax)
        {
            return FrameWord.Malformed;
        }

        if (unread.Length < PrefixLength - length)
        {
            return FrameWord.Missing;
        }

        farewell = Encoding.UTF8.GetString(unread.Slice(PrefixLength, -length));
        unread = unread.Slice(PrefixLength - length);
        return FrameWord.Farewell;
    }

    private void Fill(ref ReadOnlySequence<byte> unread)
    {
        while (_filled < _length && !unread.IsEmpty)
        {
            if (_filled == _frame!.Length)
            {
                Array.Resize(ref _frame, (int)Math.Min(2L * _frame.Length, _length));
            }

            int count = (int)Math.Min(_frame.Length - _filled, unread.Length);
            unread.Slice(0, count).CopyTo(_frame.AsSpan(_filled));
            unread = unread.Slice(count);
            _filled += count;
        }
    }
}

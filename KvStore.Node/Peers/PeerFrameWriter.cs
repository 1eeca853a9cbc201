using System.Buffers;
using System.Buffers.Binary;

namespace KvStore.Node.Peers;

/// <summary>
/// One frame being filled: room for the header, then length-prefixed messages, in a pooled buffer that grows. The header is
/// filled in last, so that it says what holds when the frame leaves. Not thread safe; used again and again.
/// </summary>
/// <param name="kind">Of all its messages.</param>
internal sealed class PeerFrameWriter(PeerFrameKind kind)
{
    private const int BufferLengthMin = 1024;

    private byte[]? _buffer;

    /// <summary>Bytes so far, the header's included.</summary>
    public int Length { get; private set; } = PeerCodec.HeaderLength;

    /// <summary>Messages so far.</summary>
    public int Count { get; private set; }

    /// <summary>When its first message was queued; the milliseconds of whoever fills it.</summary>
    public long QueuedAt { get; private set; }

    /// <summary>When nobody waits any more for an answer to any of its requests.</summary>
    public long ExpiresAt { get; private set; }

    /// <param name="length">What <see cref="PeerRequestCodec.LengthOf"/> says.</param>
    public void Append(in PeerRequest request, int length, long now)
    {
        Invariant.Holds(kind == PeerFrameKind.Requests);
        QueuedAt = Count == 0 ? now : QueuedAt;
        ExpiresAt = Math.Max(ExpiresAt, now + request.TimeoutMilliseconds);
        PeerRequestCodec.Write(request, NextMessage(length));
    }

    /// <param name="length">What <see cref="PeerReplyCodec.LengthOf(in PeerReply)"/> says.</param>
    public void Append(in PeerReply reply, int length)
    {
        Invariant.Holds(kind == PeerFrameKind.Replies);
        PeerReplyCodec.Write(reply, NextMessage(length));
    }

    /// <summary>Fills in the header and gives the whole frame, valid until <see cref="Clear"/>.</summary>
    public ReadOnlyMemory<byte> Complete(in PeerFrameHeader header)
    {
        EnsureRoom(0);
        PeerCodec.WriteHeader(_buffer.AsSpan(0, Length), kind, Count, header);
        return _buffer.AsMemory(0, Length);
    }

    /// <summary>Empties the frame and gives its buffer back to the pool: nobody may be reading it.</summary>
    public void Clear()
    {
        if (_buffer is { } buffer)
        {
            _buffer = null;
            ArrayPool<byte>.Shared.Return(buffer);
        }

        Length = PeerCodec.HeaderLength;
        Count = 0;
        QueuedAt = 0;
        ExpiresAt = 0;
    }

    private Span<byte> NextMessage(int length)
    {
        Invariant.Holds(Count < PeerCodec.MessagesMax);
        EnsureRoom(PeerCodec.LengthPrefix + length);
        Span<byte> rest = _buffer.AsSpan(Length);
        BinaryPrimitives.WriteInt32LittleEndian(rest, length);
        Length += PeerCodec.LengthPrefix + length;
        Count++;
        return rest.Slice(PeerCodec.LengthPrefix, length);
    }

    private void EnsureRoom(int length)
    {
        byte[]? old = _buffer;
        if (old is not null && old.Length - Length >= length)
        {
            return;
        }

        byte[] larger = ArrayPool<byte>.Shared.Rent(Math.Max(Math.Max(BufferLengthMin, 2 * (old?.Length ?? 0)), Length + length));
        if (old is not null)
        {
            old.AsSpan(0, Length).CopyTo(larger);
            ArrayPool<byte>.Shared.Return(old);
        }

        _buffer = larger;
    }
}

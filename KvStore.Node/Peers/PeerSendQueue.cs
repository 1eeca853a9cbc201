namespace KvStore.Node.Peers;

/// <summary>
/// The messages that wait for a link, already encoded into the frames they will leave in: whatever is queued while a frame is
/// being sent goes into the next one. Bounded by messages and bytes; what does not fit is refused to whoever brings it, which
/// is told at once. Not thread safe: its <see cref="PeerLink"/> guards it.
/// </summary>
/// <param name="kind">Of all its frames.</param>
internal sealed class PeerSendQueue(PeerFrameKind kind)
{
    /// <summary>A frame that has reached this takes no more messages; a single longer message travels alone.</summary>
    public const int FrameBytesMax = 256 * 1024;

    public const int MessagesMax = 65_536;

    /// <summary>A single longer message is taken if nothing else waits.</summary>
    public const int BytesMax = 16 * 1024 * 1024;

    /// <summary>
    /// What keeps replicas alike gives way to clients: it is refused where the queue is as full as that, of 1, and comes again
    /// later. Below it, it is taken like anything else.
    /// </summary>
    public const double UpkeepShare = 0.5;

    private const int SparesMax = 4;

    private readonly Queue<PeerFrameWriter> _frames = new();
    private readonly Stack<PeerFrameWriter> _spares = new();
    private PeerFrameWriter? _last;

    public int Messages { get; private set; }

    /// <summary>Bytes of all waiting frames.</summary>
    public long Bytes { get; private set; }

    /// <param name="now">Milliseconds: its time to run counts from now.</param>
    public bool TryAdd(in PeerRequest request, long now = 0)
    {
        long length = PeerRequestCodec.LengthOf(request);
        bool isCrowded = Messages >= MessagesMax * UpkeepShare || Bytes >= BytesMax * UpkeepShare;
        if ((isCrowded && IsUpkeep(request.Kind)) || FrameFor(length) is not { } frame)
        {
            return false;
        }

        frame.Append(request, (int)length, now);
        Count(length);
        return true;
    }

    public bool TryAdd(in PeerReply reply)
    {
        long length = PeerReplyCodec.LengthOf(reply);
        if (FrameFor(length) is not { } frame)
        {
            return false;
        }

        frame.Append(reply, (int)length);
        Count(length);
        return true;
    }

    /// <summary>The next frame to send, or null; give it back with <see cref="Recycle"/>.</summary>
    public PeerFrameWriter? Take()
    {
        if (!_frames.TryDequeue(out PeerFrameWriter? frame))
        {
            return null;
        }

        if (frame == _last)
        {
            _last = null;
        }

        Messages -= frame.Count;
        Bytes -= frame.Length - PeerCodec.HeaderLength;
        return frame;
    }

    /// <summary>A frame without messages.</summary>
    public PeerFrameWriter TakeEmpty() => _spares.TryPop(out PeerFrameWriter? spare) ? spare : new PeerFrameWriter(kind);

    /// <summary>Takes back a frame that nobody reads any more.</summary>
    public void Recycle(PeerFrameWriter frame)
    {
        frame.Clear();
        if (_spares.Count < SparesMax)
        {
            _spares.Push(frame);
        }
    }

    /// <summary>Drops everything that waits.</summary>
    /// <returns>How many messages that were.</returns>
    public int Clear()
    {
        int dropped = Messages;
        while (Take() is { } frame)
        {
            Recycle(frame);
        }

        Invariant.Holds(Messages == 0 && Bytes == 0);
        return dropped;
    }

    private static bool IsUpkeep(PeerRequestKind kind) => kind is PeerRequestKind.Learn or PeerRequestKind.Confirm or PeerRequestKind.Purge;

    private PeerFrameWriter? FrameFor(long length)
    {
        if (length > PeerCodec.MessageLengthMax
            || Messages >= MessagesMax
            || (Messages > 0 && Bytes + PeerCodec.LengthPrefix + length > BytesMax))
        {
            return null;
        }

        if (_last is null
            || _last.Count == PeerCodec.MessagesMax
            || _last.Length + PeerCodec.LengthPrefix + length > FrameBytesMax)
        {
            _last = TakeEmpty();
            _frames.Enqueue(_last);
        }

        return _last;
    }

    private void Count(long length)
    {
        Messages++;
        Bytes += PeerCodec.LengthPrefix + length;
    }
}

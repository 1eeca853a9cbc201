using KvStore.Node.Ring;
using KvStore.Node.Telemetry;

namespace KvStore.Node.Peers;

/// <summary>
/// The sending half of a link. One frame at a time is with the wire; messages queue up behind it and leave together as the
/// next one, as do those of one <see cref="PeerSendBatch"/>. Frames without messages (pings and their answers) go first.
/// </summary>
/// <remarks>
/// Threads: any. The lock is held only to change fields and encode a message; the wire is called without it. Whoever finds
/// the wire free hands it the next frame, and goes on for as long as the wire is done at once; so a wire may report
/// <see cref="Sent"/> from within the call that gave it the frame.
/// </remarks>
/// <param name="wire">Where frames go.</param>
/// <param name="kind">Of all its frames.</param>
/// <param name="header">The head of a frame that leaves now for this member.</param>
/// <param name="time">Frames of requests whose time is over are dropped, and others say how long they have waited.</param>
internal sealed class PeerOutbox(IPeer wire, PeerFrameKind kind, Func<MemberId, PeerFrameHeader> header, TimeProvider time)
{
    private readonly Lock _lock = new();
    private readonly PeerSendQueue _queue = new(kind);

    private MemberId _to;
    private bool _accepting;
    private bool _wireOpen;
    private bool _linkOpen;
    private bool _emptyDue;
    private bool _handing;
    private PeerFrameWriter? _inFlight;
    private long _framesSent;
    private long _refused;
    private long _dropped;
    private long _expired;

    /// <summary>Whether a thread is between taking a frame and having handed it to the wire.</summary>
    public bool IsHanding
    {
        get
        {
            lock (_lock)
            {
                return _handing;
            }
        }
    }

    public PeerOutboxStatus Status
    {
        get
        {
            lock (_lock)
            {
                return new PeerOutboxStatus(_queue.Bytes + (_inFlight?.Length ?? 0), _framesSent, _refused, _dropped, _expired);
            }
        }
    }

    private long Now => time.GetTimestamp() / (time.TimestampFrequency / 1_000);

    private bool MayWait => _queue.Bytes < PeerSendQueue.FrameBytesMax && PeerSendBatch.TryHold(this);

    /// <returns>False if it is not accepting or full, or the request too long.</returns>
    public bool TrySend(in PeerRequest request)
    {
        PeerFrameWriter? next;
        lock (_lock)
        {
            if (!_accepting || !_queue.TryAdd(request, Now))
            {
                _refused++;
                return false;
            }

            next = MayWait ? null : Take();
        }

        SendFrom(next);
        return true;
    }

    /// <returns>False if it is not accepting or full, or the reply too long.</returns>
    public bool TrySend(in PeerReply reply)
    {
        PeerFrameWriter? next;
        lock (_lock)
        {
            if (!_accepting || !_queue.TryAdd(reply))
            {
                _refused++;
                return false;
            }

            next = MayWait ? null : Take();
        }

        SendFrom(next);
        return true;
    }

    /// <summary>Messages may be queued, though none leaves before <see cref="Open"/>.</summary>
    public void Accept()
    {
        lock (_lock)
        {
            _accepting = true;
        }
    }

    /// <summary>The wire is connected to this member; frames without messages may leave.</summary>
    /// <param name="to">Null if it is not known yet: then nothing may be sent before <see cref="Open"/>.</param>
    public void Connect(MemberId? to)
    {
        lock (_lock)
        {
            _wireOpen = true;
            _to = to ?? default;
        }
    }

    /// <summary>The member at the other end has proved itself: messages may leave.</summary>
    public void Open(MemberId to)
    {
        lock (_lock)
        {
            _to = to;
            _accepting = true;
            _linkOpen = true;
        }
    }

    /// <summary>The connection is lost: drops what waits and accepts nothing more.</summary>
    public void Lose()
    {
        lock (_lock)
        {
            _accepting = false;
            _wireOpen = false;
            _linkOpen = false;
            _emptyDue = false;
            _dropped += _queue.Clear();
        }
    }

    /// <summary>The wire is at rest after a loss.</summary>
    public void Rest()
    {
        lock (_lock)
        {
            // Not recycled: the thread that took the frame may still be on its way to the wire with it.
            _inFlight = null;
        }
    }

    /// <summary>A frame without messages is to leave as soon as the wire is free. <see cref="Flush"/> must follow.</summary>
    public void SendEmpty()
    {
        lock (_lock)
        {
            _emptyDue = true;
        }
    }

    /// <summary>Hands the wire what may leave now. Not under a lock.</summary>
    public void Flush()
    {
        PeerFrameWriter? next;
        lock (_lock)
        {
            next = Take();
        }

        SendFrom(next);
    }

    /// <summary>The frame handed to the wire is the wire's no more.</summary>
    public void Sent()
    {
        PeerFrameWriter? next;
        lock (_lock)
        {
            if (_inFlight is { } sent)
            {
                _inFlight = null;
                _framesSent++;
                _queue.Recycle(sent);
            }

            next = Take();
        }

        SendFrom(next);
    }

    /// <summary>Under the lock: the frame to hand to the wire now, if there is one and the wire is free.</summary>
    private PeerFrameWriter? Take()
    {
        if (!_wireOpen || _handing || _inFlight is not null)
        {
            return null;
        }

        if (_emptyDue)
        {
            _emptyDue = false;
            _inFlight = _queue.TakeEmpty();
        }
        else if (_linkOpen)
        {
            _inFlight = TakeUnexpired();
        }

        _handing = _inFlight is not null;
        return _inFlight;
    }

    /// <summary>Under the lock.</summary>
    private PeerFrameWriter? TakeUnexpired()
    {
        while (_queue.Take() is { } frame)
        {
            if (kind != PeerFrameKind.Requests || Now <= frame.ExpiresAt)
            {
                return frame;
            }

            _expired += frame.Count;
            ExpiredMetrics.Count(ExpiredMetrics.Outbox, frame.Count);
            _queue.Recycle(frame);
        }

        return null;
    }

    private void SendFrom(PeerFrameWriter? frame)
    {
        while (frame is not null)
        {
            int waited = frame.Count == 0 || kind != PeerFrameKind.Requests ? 0 : (int)Math.Clamp(Now - frame.QueuedAt, 0, int.MaxValue);
            wire.Send(frame.Complete(header(_to) with { WaitedMilliseconds = waited }));
            lock (_lock)
            {
                _handing = false;
                frame = Take();
            }
        }
    }
}

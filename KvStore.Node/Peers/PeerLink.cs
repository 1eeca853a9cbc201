using System.Runtime.CompilerServices;
using KvStore.Node.Ring;

namespace KvStore.Node.Peers;

/// <summary>
/// One link to one peer for one class of traffic. The member that dialled sends requests and keeps the link alive: it
/// connects again after every loss. The member that was dialled answers, and its end is over with the connection.
/// </summary>
/// <remarks>
/// <para>Sending: <see cref="PeerOutbox"/>. A message that cannot be queued is refused at once, so that the sender need not wait
/// to learn it. What was taken may still be lost with the connection; then <see cref="PeerLinkOwner.Changed"/> says so.</para>
/// <para>Trust: a link is open when a first valid frame came from the peer. A frame that is damaged, of another cluster, meant
/// for or sent by another member, or of another topology in the same epoch ends the connection.</para>
/// <para>Silence: <see cref="PeerLiveness"/>. A peer that hangs is noticed within three seconds.</para>
/// <para>Threads: any. The lock guards what becomes of the connection, and sending does not take it; neither the wire nor a
/// delegate is called under it. A wire may call back from within the call made to it.</para>
/// </remarks>
internal sealed class PeerLink
{
    /// <summary>The error of a link that was closed on purpose.</summary>
    public const string ClosedHere = "closed by this member";

    private readonly IPeer _wire;
    private readonly PeerLinkOwner _owner;
    private readonly PeerLinkLog _log;
    private readonly ReconnectDelay _delay;
    private readonly PeerLiveness _liveness;
    private readonly PeerLinkNews _news;
    private readonly PeerOutbox _outbox;
    private readonly ITimer _timer;
    private readonly string? _name;
    private readonly Lock _lock = new();

    // Written under the lock.
    private volatile PeerLinkState _state;
    private volatile StrongBox<MemberId>? _peer;
    private bool _over;
    private bool _attempted;
    private DateTimeOffset _since;
    private string? _lastError;

    // From the moment the wire is told to open until it reports its end.
    private bool _wireBusy;
    private long _framesReceived;

    /// <summary>The dialling end of a link.</summary>
    /// <param name="peer">The only member whose frames are taken.</param>
    /// <param name="name">The peer's, for people.</param>
    /// <param name="random">This link's alone.</param>
    public PeerLink(IPeer wire, LinkClass linkClass, MemberId peer, string name, Random random, PeerLinkOwner owner)
        : this(wire, linkClass, isDialling: true, random, owner)
    {
        _peer = new StrongBox<MemberId>(peer);
        _name = name;
    }

    /// <summary>The answering end; who the peer is, its first frame says.</summary>
    public PeerLink(IPeer wire, LinkClass linkClass, Random random, PeerLinkOwner owner)
        : this(wire, linkClass, isDialling: false, random, owner)
    {
    }

    private PeerLink(IPeer wire, LinkClass linkClass, bool isDialling, Random random, PeerLinkOwner owner)
    {
        _wire = wire;
        _owner = owner;
        LinkClass = linkClass;
        IsDialling = isDialling;
        _log = new PeerLinkLog(this, owner.Time, owner.Logger);
        _news = new PeerLinkNews(this, owner, _log);
        _delay = new ReconnectDelay(random);
        _liveness = new PeerLiveness(isDialling, owner.Time);
        _outbox = new PeerOutbox(wire, isDialling ? PeerFrameKind.Requests : PeerFrameKind.Replies, owner.Header, owner.Time);
        _since = owner.Time.GetUtcNow();
        _timer = owner.Time.CreateTimer(static link => ((PeerLink)link!).OnTimer(), this, Timeout.InfiniteTimeSpan, Timeout.InfiniteTimeSpan);
    }

    public LinkClass LinkClass { get; }

    public bool IsDialling { get; }

    public bool IsConnected => _state == PeerLinkState.Open;

    /// <summary>The member at the other end; null until an answering link has received its first frame.</summary>
    public MemberId? Peer => _peer?.Value;

    public PeerLinkStatus Status
    {
        get
        {
            PeerOutboxStatus sending = _outbox.Status;
            lock (_lock)
            {
                return new PeerLinkStatus(
                    Peer,
                    _name ?? Peer?.ToString() ?? "unknown",
                    LinkClass,
                    IsDialling,
                    IsConnected,
                    _since,
                    _lastError,
                    _liveness.RoundTrip,
                    sending.QueuedBytes,
                    sending.FramesSent,
                    _framesReceived,
                    sending.SendsRefused,
                    sending.MessagesDropped,
                    sending.RequestsExpired);
            }
        }
    }

    private bool IsUsed => _state is PeerLinkState.Opening or PeerLinkState.Open;

    /// <summary>"register link to n2", for messages.</summary>
    public string Describe() =>
        $"{(LinkClass == LinkClass.Register ? "register" : "bulk")} link {(IsDialling ? "to" : "from")} {_name ?? Peer?.ToString() ?? "a member not known yet"}";

    /// <summary>Begins to connect (or, answering, to listen). Once.</summary>
    public void Start()
    {
        lock (_lock)
        {
            if (_over)
            {
                return;
            }

            Invariant.Holds(_state == PeerLinkState.Closed && !_wireBusy);
            EnterOpening();
        }

        OpenWire();
    }

    /// <summary>Ends the link for good.</summary>
    public void Close()
    {
        lock (_lock)
        {
            _over = true;
            NoteLoss(ClosedHere);
            _state = PeerLinkState.Closed;
            _timer.Dispose();
            if (!_wireBusy)
            {
                _news.Ended();
            }
        }

        _wire.Close();
        _news.Tell();
    }

    /// <summary>Queues a request; only on a dialling link.</summary>
    /// <returns>
    /// False, at once, if the link is not open (it may be opening for the first time) or full, or the request longer than
    /// <see cref="PeerCodec.MessageLengthMax"/>.
    /// </returns>
    public bool TrySend(in PeerRequest request) => _outbox.TrySend(request);

    /// <summary>Queues a reply; only on an answering link.</summary>
    /// <returns>As for a request; a reply that is refused is lost, and whoever asked runs into its deadline.</returns>
    public bool TrySend(in PeerReply reply) => _outbox.TrySend(reply);

    /// <summary>Called by the wire: it is connected.</summary>
    public void OnOpened()
    {
        lock (_lock)
        {
            if (_state != PeerLinkState.Opening)
            {
                return;
            }

            _outbox.Connect(Peer);
            if (_liveness.Connected())
            {
                _outbox.SendEmpty();
            }
        }

        _outbox.Flush();
    }

    /// <summary>Called by the wire: a whole frame arrived.</summary>
    /// <param name="bytes">Not changed or reused afterwards: messages may share it.</param>
    public void OnFrame(ReadOnlyMemory<byte> bytes)
    {
        if (!IsUsed)
        {
            return;
        }

        if (!PeerCodec.TryReadFrame(bytes, out PeerFrame? frame, out string? problem) || (problem = ProblemOf(frame)) is not null)
        {
            _owner.Refusals.Refused(Describe(), problem);
            GiveUp($"refused a frame: {problem}");
            return;
        }

        bool counts = _owner.Heard(frame.Header);
        lock (_lock)
        {
            if (!IsUsed)
            {
                return;
            }

            NoteFrame(frame);
        }

        _news.Tell();
        _outbox.Flush();
        if (counts && !frame.IsEmpty)
        {
            using PeerSendBatch batch = PeerSendBatch.Begin();
            _owner.Received(this, frame);
        }
    }

    /// <summary>Called by the wire: the frame being sent is the wire's no more.</summary>
    public void OnSent() => _outbox.Sent();

    /// <summary>Called by the wire: the connection, or the attempt, is over and the wire at rest.</summary>
    /// <param name="reason">For people.</param>
    public void OnLost(string reason)
    {
        TimeSpan retry = TimeSpan.Zero;
        lock (_lock)
        {
            _wireBusy = false;
            _outbox.Rest();
            NoteLoss(reason);
            reason = _lastError ?? reason;
            if (_state == PeerLinkState.Backoff && IsDialling)
            {
                retry = _delay.Next();
                _timer.Change(retry, Timeout.InfiniteTimeSpan);
            }
            else
            {
                _state = PeerLinkState.Closed;
                _timer.Dispose();
                _news.Ended();
            }
        }

        _news.Tell();
        if (retry > TimeSpan.Zero)
        {
            _log.Retrying(retry, reason);
        }
    }

    private string? ProblemOf(PeerFrame frame)
    {
        if (IsDialling ? frame.Requests.Count > 0 : frame.Replies.Count > 0)
        {
            return IsDialling ? "it holds requests where replies belong" : "it holds replies where requests belong";
        }

        return frame.Header.ProblemFor(_owner.Header(frame.Header.From), Peer);
    }

    /// <summary>Under the lock.</summary>
    private void NoteFrame(PeerFrame frame)
    {
        _framesReceived++;
        _peer ??= new StrongBox<MemberId>(frame.Header.From);
        if (_liveness.Heard(frame.IsEmpty))
        {
            _outbox.SendEmpty();
        }

        if (_state == PeerLinkState.Opening)
        {
            _state = PeerLinkState.Open;
            _attempted = true;
            _since = _owner.Time.GetUtcNow();
            _delay.Reset();
            _outbox.Open(frame.Header.From);
            _news.Opened();
        }
    }

    /// <summary>Under the lock: the connection, if there is one or an attempt at one, is lost.</summary>
    private void NoteLoss(string reason)
    {
        if (!IsUsed)
        {
            return;
        }

        if (_state == PeerLinkState.Open || !_attempted)
        {
            _news.Lost(reason);
            _since = _owner.Time.GetUtcNow();
        }

        _state = PeerLinkState.Backoff;
        _attempted = true;
        _lastError = reason;
        _outbox.Lose();
        _timer.Change(Timeout.InfiniteTimeSpan, Timeout.InfiniteTimeSpan);
    }

    /// <summary>Gives the connection up; <see cref="OnLost"/> does the rest when the wire is at rest.</summary>
    private void GiveUp(string reason)
    {
        lock (_lock)
        {
            if (!IsUsed)
            {
                return;
            }

            NoteLoss(reason);
        }

        _news.Tell();
        _wire.Close();
    }

    private void OnTimer()
    {
        string? silence = null;
        bool open = false;
        lock (_lock)
        {
            if (IsUsed)
            {
                _timer.Change(PeerLiveness.TickInterval, Timeout.InfiniteTimeSpan);
                if (_liveness.Tick(IsConnected, out silence))
                {
                    _outbox.SendEmpty();
                }
            }
            else if (_state == PeerLinkState.Backoff && _outbox.IsHanding)
            {
                // The wire must not open before a thread has handed it the frame meant for its last connection.
                _timer.Change(ReconnectDelay.Min, Timeout.InfiniteTimeSpan);
            }
            else if (_state == PeerLinkState.Backoff && !_wireBusy)
            {
                EnterOpening();
                open = true;
            }
        }

        if (silence is not null)
        {
            GiveUp(silence);
        }
        else if (open)
        {
            OpenWire();
        }
        else
        {
            _outbox.Flush();
        }
    }

    /// <summary>Under the lock.</summary>
    private void EnterOpening()
    {
        _state = PeerLinkState.Opening;
        _wireBusy = true;
        _liveness.Begin();
        if (IsDialling && !_attempted)
        {
            _outbox.Accept();
        }

        _timer.Change(PeerLiveness.TickInterval, Timeout.InfiniteTimeSpan);
    }

    private void OpenWire()
    {
        _wire.Open(this);
        if (!IsUsed)
        {
            // Closed by another thread before the wire was told to open.
            _wire.Close();
        }
    }
}

namespace KvStore.Node.Peers;

/// <summary>
/// Whether the other end of a link still lives. The dialling end asks every <see cref="PingInterval"/> with a frame without
/// messages and the answering end answers with one. Silence is counted in the link's own ticks, not in time: a tick that
/// comes late because this process was paused counts once, so that the peer is not blamed for it. Not thread safe: its
/// <see cref="PeerLink"/> guards it.
/// </summary>
internal sealed class PeerLiveness(bool isDialling, TimeProvider time)
{
    public static readonly TimeSpan TickInterval = TimeSpan.FromMilliseconds(500);
    public static readonly TimeSpan PingInterval = TickInterval * PingTicks;

    /// <summary>A dialling end that heard nothing for so long gives the connection up.</summary>
    public static readonly TimeSpan DiallingSilenceMax = TickInterval * DiallingTicksMax;

    /// <summary>The answering end waits longer: it only holds what it could still answer.</summary>
    public static readonly TimeSpan AnsweringSilenceMax = TickInterval * AnsweringTicksMax;

    /// <summary>From the begin of an attempt to the peer's first frame.</summary>
    public static readonly TimeSpan OpeningMax = TickInterval * OpeningTicksMax;

    private const int PingTicks = 2;
    private const int DiallingTicksMax = 5;
    private const int AnsweringTicksMax = 20;
    private const int OpeningTicksMax = 6;

    private int _silentTicks;
    private int _ticksSincePing;
    private RoundTripTime _roundTrip;

    /// <summary>Of pings, smoothed; null on the answering end.</summary>
    public TimeSpan? RoundTrip => _roundTrip.Smoothed;

    /// <summary>An attempt to connect begins.</summary>
    public void Begin()
    {
        _silentTicks = 0;
        _roundTrip.Forget();
    }

    /// <summary>The wire is connected.</summary>
    /// <returns>Whether to ping: the answer proves that the peer is who it should be.</returns>
    public bool Connected() => isDialling && Ping();

    /// <param name="isEmpty">Whether the frame received had no messages.</param>
    /// <returns>Whether to answer with a frame without messages.</returns>
    public bool Heard(bool isEmpty)
    {
        _silentTicks = 0;
        if (isEmpty && isDialling)
        {
            _roundTrip.Answered(time);
        }

        return isEmpty && !isDialling;
    }

    /// <summary>One <see cref="TickInterval"/> has passed.</summary>
    /// <param name="isOpen">Whether the link is open; otherwise it is opening.</param>
    /// <param name="silence">Why the connection must be given up, or null.</param>
    /// <returns>Whether to ping.</returns>
    public bool Tick(bool isOpen, out string? silence)
    {
        _silentTicks++;
        _ticksSincePing++;
        int ticksMax = !isOpen ? OpeningTicksMax : isDialling ? DiallingTicksMax : AnsweringTicksMax;
        silence = null;
        if (_silentTicks >= ticksMax)
        {
            string seconds = FormattableString.Invariant($"{(TickInterval * ticksMax).TotalSeconds:0.#} s");
            silence = isOpen ? $"nothing received for {seconds}" : $"no first frame within {seconds}";
            return false;
        }

        return isDialling && (!isOpen || _ticksSincePing >= PingTicks) && Ping();
    }

    private bool Ping()
    {
        _ticksSincePing = 0;
        _roundTrip.Sent(time);
        return true;
    }
}

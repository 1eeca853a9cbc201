namespace KvStore.Node.Peers;

/// <summary>
/// Round trip of pings, smoothed. A ping that was sent while another was unanswered is not measured, because its answer
/// could be the other's (Karn and Partridge, Improving Round-Trip Time Estimates, 1987).
/// </summary>
internal struct RoundTripTime
{
    private const double Gain = 1.0 / 8;

    private bool _waiting;
    private bool _ambiguous;
    private long _sentAt;

    /// <summary>Null until a ping was answered.</summary>
    public TimeSpan? Smoothed { get; private set; }

    public void Sent(TimeProvider time)
    {
        _ambiguous = _waiting;
        _waiting = true;
        _sentAt = time.GetTimestamp();
    }

    public void Answered(TimeProvider time)
    {
        if (_waiting && !_ambiguous)
        {
            TimeSpan sample = time.GetElapsedTime(_sentAt);
            Smoothed = Smoothed is { } smoothed ? smoothed + ((sample - smoothed) * Gain) : sample;
        }

        _waiting = false;
        _ambiguous = false;
    }

    /// <summary>The connection is gone, and with it the answer; what was measured stays.</summary>
    public void Forget() => _waiting = _ambiguous = false;
}

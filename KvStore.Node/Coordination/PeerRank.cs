namespace KvStore.Node.Coordination;

/// <summary>
/// How fast one member answers one lane's reads and prepares: a smoothed reply time, and the age of the oldest request that it
/// has not answered, because a member that became slow shows that long before its first late answer. Pure: time is an argument.
/// </summary>
/// <remarks>A sample after a pause weighs more, so that a few probes are enough to see that a slow member has recovered.</remarks>
/// <param name="created">When it was first asked for; milliseconds, as all times here.</param>
internal sealed class PeerRank(long created)
{
    /// <summary>Requests whose answers are waited for, at most; those beyond it are not measured.</summary>
    public const int OutstandingMax = 4_096;

    /// <summary>An answer that did not come for so long is taken for lost, and its age for a reply time.</summary>
    public const int LostMilliseconds = 1_000;

    private const double GainMin = 1.0 / 8;

    /// <summary>After a pause of so long the next sample weighs 0.63, after twice as long 0.86.</summary>
    private const double MemoryMilliseconds = 1_000;

    private readonly Dictionary<ulong, long> _sentAt = [];
    private readonly Queue<ulong> _order = new();
    private long _sampledAt = created;

    /// <summary>Milliseconds; 0 before the first reply.</summary>
    public double ReplyMilliseconds { get; private set; }

    /// <summary>When it was last asked, probes included.</summary>
    public long AskedAt { get; private set; } = created;

    public int Outstanding => _sentAt.Count;

    public void Asked(ulong call, long now)
    {
        AskedAt = now;
        if (_order.Count < OutstandingMax && _sentAt.TryAdd(call, now))
        {
            _order.Enqueue(call);
        }
    }

    /// <param name="counts">Whether the answer says how fast the member works: a refusal at its door does not.</param>
    public void Answered(ulong call, bool counts, long now)
    {
        if (_sentAt.Remove(call, out long sentAt) && counts)
        {
            Sample(now - sentAt, now);
        }

        DropAnswered();
    }

    /// <summary>The link was lost: nothing that was asked will be answered, and that says nothing about speed.</summary>
    public void Forget()
    {
        _sentAt.Clear();
        _order.Clear();
    }

    /// <summary>Milliseconds that an answer is expected to take: the smoothed reply time, or what the oldest open request has waited if that is more.</summary>
    public double ExpectedAt(long now)
    {
        DropAnswered();
        while (_order.TryPeek(out ulong oldest) && now - _sentAt[oldest] >= LostMilliseconds)
        {
            Sample(now - _sentAt[oldest], now);
            _sentAt.Remove(oldest);
            DropAnswered();
        }

        return _order.TryPeek(out ulong open) ? Math.Max(ReplyMilliseconds, now - _sentAt[open]) : ReplyMilliseconds;
    }

    private void Sample(long milliseconds, long now)
    {
        double pause = Math.Max(0, now - _sampledAt);
        double gain = Math.Max(GainMin, 1 - Math.Exp(-pause / MemoryMilliseconds));
        ReplyMilliseconds += (milliseconds - ReplyMilliseconds) * gain;
        _sampledAt = now;
    }

    private void DropAnswered()
    {
        while (_order.TryPeek(out ulong oldest) && !_sentAt.ContainsKey(oldest))
        {
            _order.Dequeue();
        }
    }
}

namespace KvStore.Node.Membership;

/// <summary>The knobs of failure detection. Times are those of a member in good health; a slow one multiplies its own.</summary>
internal sealed record DetectorSettings
{
    /// <summary>One member is probed each interval. Shorter notices sooner and costs messages in proportion.</summary>
    public TimeSpan ProbeInterval { get; init; } = TimeSpan.FromMilliseconds(500);

    /// <summary>How often news is passed on, while there is any.</summary>
    public TimeSpan GossipInterval { get; init; } = TimeSpan.FromMilliseconds(200);

    /// <summary>Peers that news is passed on to at a time.</summary>
    public int GossipFanout { get; init; } = 3;

    /// <summary>Time a single accuser gives a suspect; null for the formula of <see cref="SuspicionMost"/>.</summary>
    public TimeSpan? FailureTimeout { get; init; }

    /// <summary>Of the formula.</summary>
    public int SuspicionMult { get; init; } = 8;

    /// <summary>Members asked to probe for one that got no answer; also the confirmations that shorten a suspicion to its least.</summary>
    public int Relays { get; init; } = 3;

    /// <summary>How often everything is exchanged with one random other, in case news got lost.</summary>
    public TimeSpan ExchangeInterval { get; init; } = TimeSpan.FromSeconds(30);

    /// <summary>Claims in one message, a full exchange excepted: about 1.3 kB.</summary>
    public int ClaimsMax { get; init; } = 32;

    /// <summary>Factor of <see cref="SendsMax"/>.</summary>
    public int RetransmitMult { get; init; } = 4;

    /// <summary>How often the detector wants to be ticked: fine enough for every time above.</summary>
    public TimeSpan TickInterval => GossipInterval / 4;

    /// <summary>How long a direct answer is waited for, before others are asked.</summary>
    public TimeSpan AckTimeout => ProbeInterval * 0.4;

    /// <summary>How long a relay waits before it says that it heard nothing either.</summary>
    public TimeSpan NackTimeout => ProbeInterval * 0.4;

    /// <summary>A longer silence of its own timer is the member's own fault: beyond this, time does not count against others.</summary>
    public TimeSpan LatenessMax => ProbeInterval;

    /// <summary>The most a suspect gets: SuspicionMult · log10(members + 1) · ProbeInterval.</summary>
    public TimeSpan SuspicionMost(int members) =>
        FailureTimeout ?? TimeSpan.FromMilliseconds(Math.Round(SuspicionMult * Math.Log10(members + 1) * ProbeInterval.TotalMilliseconds));

    /// <summary>
    /// How often one claim is sent by each member: RetransmitMult · ⌈log10(members + 1)⌉ · GossipFanout. Without the fanout, as
    /// in SWIM's text, one member in a hundred of a small cluster never hears of a refutation, and takes the living for dead.
    /// </summary>
    public int SendsMax(int members)
    {
        int digits = 1;
        for (long power = 10; power < members + 1L; power *= 10)
        {
            digits++;
        }

        return RetransmitMult * digits * GossipFanout;
    }
}

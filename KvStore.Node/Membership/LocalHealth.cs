namespace KvStore.Node.Membership;

/// <summary>
/// How far this member trusts its own timers (Lifeguard's local health multiplier): late timers, probes that nobody answered
/// and suspicions of itself say that it may be the slow one, and make it slower to accuse others.
/// </summary>
internal sealed class LocalHealth
{
    /// <summary>Beyond this, more bad news changes nothing: timeouts are nine times as long at most.</summary>
    public const int ScoreMax = 8;

    /// <summary>0 in good health.</summary>
    public int Score { get; private set; }

    /// <summary>What this member's timeouts are multiplied by.</summary>
    public int Multiplier => Score + 1;

    public void Worsen(int by) => Score = Math.Clamp(Score + by, 0, ScoreMax);

    public void Improve() => Worsen(-1);
}

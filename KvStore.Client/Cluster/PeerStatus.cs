namespace KvStore.Client;

/// <summary>How one member sees another.</summary>
/// <param name="Id">The other's identity.</param>
/// <param name="Name">The other's name.</param>
/// <param name="Connected">Whether the link is up.</param>
/// <param name="RoundTrip">Smoothed time of a request and its reply; zero before the first.</param>
/// <param name="QueuedBytes">Bytes waiting to be sent.</param>
/// <param name="LastError">Why the link is down; empty where it is up.</param>
/// <param name="Since">How long it has been in this state.</param>
public sealed record PeerStatus(
    string Id,
    string Name,
    bool Connected,
    TimeSpan RoundTrip,
    long QueuedBytes,
    string LastError,
    TimeSpan Since)
{
    /// <summary>"alive", "suspect" or "dead", as this member sees the other; empty where it does not know.</summary>
    public string Liveness { get; init; } = "";

    /// <summary>How long the other has been so.</summary>
    public TimeSpan LivenessFor { get; init; }

    /// <summary>"voting", "waiting" or "amnesiac": whether the other's answers count, as far as this member has heard.</summary>
    public string Votes { get; init; } = "";

    /// <summary>By how much the other's clock was ahead of this member's when it was last heard; includes the time on the way.</summary>
    public TimeSpan ClockAhead { get; init; }

    /// <summary>Committed records kept for the other until it has them.</summary>
    public long Hints { get; init; }

    /// <summary>Bytes of <see cref="Hints"/>.</summary>
    public long HintBytes { get; init; }

    /// <summary>How long the oldest of <see cref="Hints"/> has been kept.</summary>
    public TimeSpan HintAge { get; init; }

    /// <summary>Slots that differed here and there when they were last compared.</summary>
    public int SlotsDiffering { get; init; }

    /// <summary>How long ago they were last compared; null if never yet.</summary>
    public TimeSpan? Compared { get; init; }
}

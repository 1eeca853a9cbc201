using System.Collections.Immutable;
using KvStore.Node.Coordination;
using KvStore.Node.Membership;
using KvStore.Node.Migration;
using KvStore.Node.Peers;
using KvStore.Node.Ring;
using KvStore.Node.Storage;

namespace KvStore.Node;

/// <summary>A member's state at one moment, for status pages and metrics.</summary>
/// <param name="State">"starting", "serving", "read-only" (its disk is full), "amnesiac" (its disk holds less than it once had), "removed" (an epoch without it was decided) or "stopped".</param>
/// <param name="Reason">Why it is not serving, for people; empty where there is nothing to say.</param>
/// <param name="Uptime">Since it was made.</param>
/// <param name="ChangesPending">Changes acknowledged at level one here and not committed yet.</param>
/// <param name="Peers">Its links to the others, one a member and class, the dialling ends only.</param>
/// <param name="Upkeep">What it does to keep replicas alike.</param>
/// <param name="Load">How much it has to do, and how it ranks the others.</param>
/// <param name="Migration">What slots move to it, while owners change.</param>
/// <param name="PeerVotes">Whether the others vote, as far as it has heard.</param>
internal sealed record MemberReport(
    string State,
    string Reason,
    long BootCount,
    TimeSpan Uptime,
    CoordinatorFigures Operations,
    StoreStatus Store,
    int ChangesPending,
    IReadOnlyList<PeerLinkStatus> Peers,
    IReadOnlyDictionary<MemberId, VoteState> PeerVotes,
    UpkeepReport Upkeep,
    LoadReport Load,
    MigrationReport Migration)
{
    /// <summary>How many reads coordinated here took how long, since start: see <see cref="LatencyBuckets"/>.</summary>
    public ImmutableArray<long> ReadTimes { get; init; } = [];

    /// <summary>How many writes.</summary>
    public ImmutableArray<long> WriteTimes { get; init; } = [];
}

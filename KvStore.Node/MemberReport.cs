using KvStore.Node.Coordination;
using KvStore.Node.Peers;
using KvStore.Node.Storage;

namespace KvStore.Node;

/// <summary>A member's state at one moment, for status pages and metrics.</summary>
/// <param name="State">"starting", "serving", "read-only" (its log cannot be written) or "stopped".</param>
/// <param name="Uptime">Since it was made.</param>
/// <param name="ChangesPending">Changes acknowledged at level one here and not committed yet.</param>
/// <param name="Peers">Its links to the others, one a member and class, the dialling ends only.</param>
internal sealed record MemberReport(
    string State,
    long BootCount,
    TimeSpan Uptime,
    CoordinatorFigures Operations,
    StoreStatus Store,
    int ChangesPending,
    IReadOnlyList<PeerLinkStatus> Peers);

using KvStore.Node.Ring;

namespace KvStore.Node.Membership;

/// <summary>One message of failure detection; whatever its kind, it brings claims along.</summary>
/// <param name="Target">Whom a ping, its answer or a relayed ping is about.</param>
/// <param name="Sequence">Of the asker's probe, so that a late answer to another one is not taken for this one's.</param>
internal sealed record GossipMessage(
    GossipMessageKind Kind, MemberId From, MemberId To, uint Sequence, MemberId Target, IReadOnlyList<LivenessClaim> Claims);

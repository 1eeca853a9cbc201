using KvStore.Node.Ring;

namespace KvStore.Node.Membership;

/// <summary>Something this member came to believe of another, or, as a refutation, heard of itself.</summary>
/// <param name="Before">Null for a member that is new.</param>
internal sealed record LivenessChange(MemberId Member, Liveness? Before, Liveness After, long Incarnation, MemberId By);

using KvStore.Node.Ring;

namespace KvStore.Node.Membership;

/// <summary>How one member sees another.</summary>
/// <param name="Age">How long it has been so.</param>
/// <param name="RoundTrip">Of the last direct probe that was answered; null before the first.</param>
internal sealed record MemberSight(MemberId Member, Liveness Liveness, long Incarnation, MemberId By, TimeSpan Age, TimeSpan? RoundTrip);

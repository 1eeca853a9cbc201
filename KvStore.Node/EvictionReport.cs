using KvStore.Node.Topology;

namespace KvStore.Node;

/// <summary>What will become of a dead member by itself, as one member sees it.</summary>
/// <param name="Member">Which is dead.</param>
/// <param name="DeadFor">As this member sees it.</param>
/// <param name="Left">Until this member would have it removed; null if it never will.</param>
/// <param name="Agreeing">The members that would have it removed now.</param>
/// <param name="Needed">How many must.</param>
/// <param name="IsKept">Whether somebody wants it kept until it is alive again.</param>
/// <param name="Obstacle">Why it may not be removed now, for people; empty if it may.</param>
internal sealed record EvictionReport(
    TopologyMember Member, TimeSpan DeadFor, TimeSpan? Left, IReadOnlyList<TopologyMember> Agreeing, int Needed, bool IsKept, string Obstacle);

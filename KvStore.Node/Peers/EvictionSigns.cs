using KvStore.Node.Ring;

namespace KvStore.Node.Peers;

/// <summary>What a member says about evictions with every packet of failure detection.</summary>
/// <param name="Wanted">A member that it has taken for dead for so long that it would have it removed; none if not set.</param>
/// <param name="Kept">A member that somebody wants kept though it is dead; none if not set. One of them at a time.</param>
/// <param name="KeptIncarnation">Up to which the one kept is: after that it was alive once more.</param>
internal readonly record struct EvictionSigns(MemberId Wanted, MemberId Kept, long KeptIncarnation);

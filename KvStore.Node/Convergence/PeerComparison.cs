using KvStore.Node.Ring;

namespace KvStore.Node.Convergence;

/// <summary>The last comparison with one other member.</summary>
/// <param name="SlotsDiffering">Slots that differed at two looks, of those that both hold.</param>
/// <param name="Age">Since then; null before the first.</param>
internal sealed record PeerComparison(MemberId Peer, int SlotsDiffering, TimeSpan? Age);

using KvStore.Node.Ring;

namespace KvStore.Node.Migration;

/// <summary>What one owner to be has to take over of one slot.</summary>
/// <param name="Puller">Owns the slot when the change is complete.</param>
/// <param name="IsStaying">Whether it owns it already.</param>
/// <param name="Sources">The other old owners, the first owner first.</param>
/// <param name="Needed">How many of them it must hear, besides itself if it stays.</param>
internal readonly record struct SlotPull(Slot Slot, MemberId Puller, bool IsStaying, IReadOnlyList<MemberId> Sources, int Needed);

using KvStore.Node.Storage;

namespace KvStore.Node.Peers;

/// <summary>What one replica asks another about the slots they both hold.</summary>
/// <param name="Numbers">
/// Of digests: the ranges of slots whose slots are wanted one by one, or none for one digest a range. Of a walk: the slots.
/// </param>
/// <param name="From">Of a walk: where the page before ended.</param>
internal sealed record SlotQuestion(IReadOnlyList<ushort> Numbers, PassCursor From);

using KvStore.Node.Registers;
using KvStore.Node.Ring;

namespace KvStore.Node.Peers;

/// <summary>What a replica says of slots that change hands.</summary>
/// <param name="Floors">Of digests and of an inventory's first page: the floors of the slots asked for, in that order; else none.</param>
/// <param name="Complete">Of a completeness: the slots of which the replica holds all that it needs; else null.</param>
/// <param name="Taken">Of a completeness: what it took over since start, in keys and bytes; only that it rises matters.</param>
internal sealed record SlotNews(IReadOnlyList<Ballot> Floors, SlotSet? Complete, long Taken = 0);

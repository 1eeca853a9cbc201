using KvStore.Node.Registers;
using KvStore.Node.Ring;

namespace KvStore.Node.Peers;

/// <summary>What a replica says of slots that change hands.</summary>
/// <param name="Floors">Of an inventory's first page: the floors of the slots asked for, in that order; else none.</param>
/// <param name="Complete">Of a completeness: the slots of which the replica holds all that it needs; else null.</param>
internal sealed record SlotNews(IReadOnlyList<Ballot> Floors, SlotSet? Complete);

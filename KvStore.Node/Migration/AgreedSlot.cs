using KvStore.Node.Registers;
using KvStore.Node.Ring;
using KvStore.Node.Topology;

namespace KvStore.Node.Migration;

/// <summary>A slot of which a majority of the old owners holds the same.</summary>
/// <param name="Source">One of them, whose records are to be taken over; null where there is nothing to take.</param>
/// <param name="Floor">The slot's, at each of them.</param>
internal readonly record struct AgreedSlot(Slot Slot, MemberId? Source, Ballot Floor);

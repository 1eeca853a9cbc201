using KvStore.Node.Ring;

namespace KvStore.Node.Topology;

/// <summary>What one member gives up and another takes over.</summary>
/// <param name="From">Owns the slots and will not; dead, it has them no more, and the copies are made from the other owners.</param>
/// <param name="To">Will own them and does not.</param>
/// <param name="Keys">Of <paramref name="Slots"/>, as far as they are known.</param>
/// <param name="Bytes">Of these keys and their values.</param>
internal sealed record ChangeMove(TopologyMember From, TopologyMember To, int Slots, long Keys, long Bytes);

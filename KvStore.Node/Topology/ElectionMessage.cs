using KvStore.Node.Registers;
using KvStore.Node.Ring;

namespace KvStore.Node.Topology;

/// <summary>One message of the election of an epoch, or of the spread of what was elected.</summary>
/// <param name="Epoch">The epoch being elected; of a <see cref="ElectionMessageKind.Fetch"/>, the one in force at the sender.</param>
/// <param name="Ballot">Of the round; in a reject, the one the voter takes part in.</param>
/// <param name="Accepted">In a promise: the ballot of what the voter accepted last, zero if nothing.</param>
/// <param name="Documents">Decided ones; in an accept, and a promise that reports something accepted, the one in question.</param>
internal sealed record ElectionMessage(
    ElectionMessageKind Kind, MemberId From, MemberId To, Epoch Epoch, Ballot Ballot, Ballot Accepted, IReadOnlyList<TopologyDocument> Documents);

using KvStore.Node.Registers;
using KvStore.Node.Ring;

namespace KvStore.Node.Coordination;

/// <summary>Where a key lives and what each replica says of it.</summary>
/// <param name="Replicas">In the slot table's order.</param>
/// <param name="Read">What a read at the level asked for answered.</param>
/// <param name="Elapsed">Of the read.</param>
internal sealed record KeyExplanation(
    Key Key,
    Epoch Epoch,
    IReadOnlyList<ReplicaExplanation> Replicas,
    OperationResult Read,
    TimeSpan Elapsed);

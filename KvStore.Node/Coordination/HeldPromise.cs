using KvStore.Node.Registers;

namespace KvStore.Node.Coordination;

/// <summary>
/// What a quorum did for a coordinator: accepted <paramref name="Record"/> and promised <paramref name="Next"/>, so that the
/// next round of the key, under that ballot, stands where its prepare would have been answered.
/// </summary>
/// <param name="Record">Accepted by each of <paramref name="Replicas"/>; its state is there.</param>
/// <param name="Next">Above the record's ballot; used at most once.</param>
/// <param name="Epoch">The only epoch it is good for.</param>
/// <param name="Replicas">Places among the slot's owners in that epoch, as bits: a majority of every owner group.</param>
internal sealed record HeldPromise(RegisterRecord Record, Ballot Next, Epoch Epoch, uint Replicas);

using KvStore.Node.Storage;

namespace KvStore.Node.Coordination;

/// <summary>One page of the cluster's keys, in bytewise order.</summary>
/// <param name="Entries">Keys that have a value.</param>
/// <param name="Complete">Whether nothing is left above the last entry.</param>
/// <param name="Failure">Set when some slots have no majority of replicas that answered: then there are no entries.</param>
internal sealed record KeyListing(IReadOnlyList<StorePageEntry> Entries, bool Complete, OperationFailure Failure);

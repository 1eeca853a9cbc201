using System.Collections.Immutable;

namespace KvStore.Client;

/// <summary>A run of slots that have the same owners.</summary>
/// <param name="First">The first slot of the run.</param>
/// <param name="Last">The last slot of the run, included.</param>
/// <param name="Owners">Ordinals of the owners, the first owner first.</param>
public sealed record SlotRange(int First, int Last, ImmutableArray<int> Owners);

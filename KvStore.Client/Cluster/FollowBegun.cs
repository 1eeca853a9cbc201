using System.Collections.Immutable;

namespace KvStore.Client;

/// <summary>Where an operation that is followed goes.</summary>
/// <param name="Slot">The key's slot, 0 to 16383.</param>
/// <param name="Position">The slot's position on the ring of 2^64.</param>
/// <param name="Epoch">In which it begins.</param>
/// <param name="Coordinator">Name of the member that coordinates it.</param>
/// <param name="Owners">Names of the slot's owners, the first owner first.</param>
/// <param name="Needed">Owners that must answer at the level asked for.</param>
/// <param name="TraceId">The trace to look up.</param>
public sealed record FollowBegun(
    int Slot, ulong Position, long Epoch, string Coordinator, ImmutableArray<string> Owners, int Needed, string TraceId);

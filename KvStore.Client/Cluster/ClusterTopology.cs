using System.Collections.Immutable;

namespace KvStore.Client;

/// <summary>The topology of an epoch, as one member sees it.</summary>
/// <param name="ClusterId">Identity of the cluster.</param>
/// <param name="Epoch">Grows by one with every change.</param>
/// <param name="Replication">Replicas of each slot, as configured; fewer while there are fewer members.</param>
/// <param name="VirtualNodes">Tokens of each member.</param>
/// <param name="LoadBound">How far above its fair share of slots a member may be: 0.05 is 5 %.</param>
/// <param name="Members">In order of their ordinals.</param>
/// <param name="Slots">Slots 0 to 16383 in runs of equal owners, without gaps.</param>
public sealed record ClusterTopology(
    string ClusterId,
    long Epoch,
    int Replication,
    int VirtualNodes,
    double LoadBound,
    ImmutableArray<ClusterMember> Members,
    ImmutableArray<SlotRange> Slots);

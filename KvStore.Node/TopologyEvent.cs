using KvStore.Node.Registers;

namespace KvStore.Node;

/// <summary>Something that was decided about the cluster, or refused.</summary>
/// <param name="At">By this member's wall clock.</param>
/// <param name="Kind">"joined", "left", "epoch decided", "refused", "eviction ahead", "evicting" or "kept".</param>
/// <param name="Member">Its name; empty where it concerns all.</param>
/// <param name="Text">For people.</param>
internal sealed record TopologyEvent(DateTimeOffset At, string Kind, Epoch Epoch, string Member, string Text);

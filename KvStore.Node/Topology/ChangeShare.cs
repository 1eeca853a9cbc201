namespace KvStore.Node.Topology;

/// <summary>What a member owns before a change and after it, counted once for each of a slot's owners.</summary>
internal sealed record ChangeShare(TopologyMember Member, int SlotsBefore, int SlotsAfter);

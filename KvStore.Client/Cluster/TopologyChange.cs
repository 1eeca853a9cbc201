namespace KvStore.Client;

/// <summary>Something that was decided about the cluster, or refused, as one member came to know it.</summary>
/// <param name="Time">By the clock of the member that says so.</param>
/// <param name="Kind"><c>joined</c>, <c>left</c>, <c>epoch decided</c>, <c>refused</c>, <c>eviction ahead</c>, <c>evicting</c> or <c>kept</c>.</param>
/// <param name="Epoch">0 where it is none of an epoch.</param>
/// <param name="Member">The member's name; empty where it concerns all.</param>
/// <param name="Text">For people.</param>
public sealed record TopologyChange(DateTimeOffset Time, string Kind, long Epoch, string Member, string Text);

namespace KvStore.Node.Coordination;

/// <summary>Something that happened to a request that is followed.</summary>
/// <param name="Since">The time since the request was taken up.</param>
/// <param name="Phase">"read", "prepare" or "accept"; empty where it is about none.</param>
/// <param name="Member">Name of the other member; empty where it is about none.</param>
/// <param name="Reply">What a replica said; empty but for replies.</param>
internal readonly record struct TrailEvent(TimeSpan Since, TrailEventKind Kind, string Phase, string Member, string Reply);

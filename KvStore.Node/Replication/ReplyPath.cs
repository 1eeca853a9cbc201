using System.Diagnostics;
using KvStore.Node.Peers;

namespace KvStore.Node.Replication;

/// <summary>Where a replica's answer goes, and the span it ends.</summary>
/// <param name="Link">The asking peer's link; null for this member's own coordinator.</param>
/// <param name="Deadline">When the request is no longer worth running, in the lane's milliseconds.</param>
internal readonly record struct ReplyPath(PeerLink? Link, long Deadline, Activity? Span);

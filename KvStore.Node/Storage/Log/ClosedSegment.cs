namespace KvStore.Node.Storage.Log;

/// <summary>A segment that the log has gone past. What it holds ends with that log number.</summary>
internal readonly record struct ClosedSegment(long Number, long LsnLast);

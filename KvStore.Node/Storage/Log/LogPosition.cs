namespace KvStore.Node.Storage.Log;

/// <summary>Where the log ends: what comes next has LSN <paramref name="LsnLast"/> + 1 and goes to that offset.</summary>
internal readonly record struct LogPosition(long Segment, long Offset, long LsnLast);

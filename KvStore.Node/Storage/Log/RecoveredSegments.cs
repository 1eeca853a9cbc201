namespace KvStore.Node.Storage.Log;

/// <summary>What recovery found.</summary>
/// <param name="End">Where the log goes on.</param>
/// <param name="SegmentLast">The newest segment there is; those after the log's end are empty.</param>
/// <param name="Closed">Those before the log's end, in order.</param>
/// <param name="ReplayedBytes">What was handed on takes that many in the log.</param>
internal sealed record RecoveredSegments(LogPosition End, long SegmentLast, IReadOnlyList<ClosedSegment> Closed, long ReplayedBytes);

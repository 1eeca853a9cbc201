namespace KvStore.Node.Storage.Checkpoints;

/// <summary>
/// What the data log's files were written with. Pages and index may only grow after that: a record never crosses a page's end,
/// and the records of an index entry are chained in the files, so that a smaller one would lose some.
/// </summary>
/// <param name="SegmentBytes">Of each file.</param>
/// <param name="PageBytes">The largest page so far.</param>
/// <param name="IndexBytes">The largest index so far.</param>
internal readonly record struct CheckpointLayout(long SegmentBytes, long PageBytes, long IndexBytes);

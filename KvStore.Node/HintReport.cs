using KvStore.Node.Ring;

namespace KvStore.Node;

/// <summary>What is kept for one replica.</summary>
/// <param name="Age">Of the oldest.</param>
internal sealed record HintReport(MemberId Target, int Count, long Bytes, TimeSpan Age);

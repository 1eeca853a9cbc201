using KvStore.Node.Ring;

namespace KvStore.Node.Coordination;

/// <summary>Hints for one replica at one moment.</summary>
/// <param name="Oldest">When the oldest was made, in the member's milliseconds.</param>
internal readonly record struct HintStatus(MemberId Target, int Count, long Bytes, long Oldest);

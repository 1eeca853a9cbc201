using KvStore.Node.Ring;

namespace KvStore.Node.Coordination;

/// <summary>How often a key was met.</summary>
/// <param name="Most">It was met no more often.</param>
/// <param name="Least">It was met no less often.</param>
internal readonly record struct KeyFrequency(Key Key, long Most, long Least);

using KvStore.Node.Ring;

namespace KvStore.Node.Migration;

/// <summary>What came from one old owner.</summary>
internal readonly record struct SourceFigures(MemberId Source, long Keys, long Bytes);

using KvStore.Node.Registers;

namespace KvStore.Node.Coordination;

/// <summary>One thing for a lane to deal with.</summary>
/// <param name="Subject">What the kind says.</param>
/// <param name="Number">A log number or token; of a frame its bytes.</param>
internal readonly record struct LaneInput(LaneInputKind Kind, object? Subject = null, long Number = 0, RegisterRecord Record = default);

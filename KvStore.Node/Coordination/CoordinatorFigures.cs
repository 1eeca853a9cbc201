namespace KvStore.Node.Coordination;

/// <summary>What a coordinator has done since start.</summary>
/// <param name="InFlight">Operations admitted and not answered.</param>
/// <param name="Failures">Operations not committed, refused ones included.</param>
internal readonly record struct CoordinatorFigures(int InFlight, long Reads, long Writes, long Failures);

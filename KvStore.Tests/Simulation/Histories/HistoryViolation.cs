namespace KvStore.Tests.Simulation.Histories;

/// <summary>Why a history cannot have come from a correct store.</summary>
/// <param name="Key">The key whose operations contradict each other.</param>
/// <param name="Rule">The rule that is broken, in a few words; the same words for the same rule.</param>
/// <param name="Operations">Those that contradict each other, as far as they can be named.</param>
internal sealed record HistoryViolation(string Key, string Rule, IReadOnlyList<OperationRecord> Operations)
{
    public override string ToString() => $"{Key}: {Rule}\n  {string.Join("\n  ", Operations)}";
}

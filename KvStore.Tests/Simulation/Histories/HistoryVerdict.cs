namespace KvStore.Tests.Simulation.Histories;

/// <summary>What a check found, and what it had to do with: a history without contention proves little.</summary>
/// <param name="Violation">The first contradiction, or null.</param>
/// <param name="Operations">How many operations were checked.</param>
/// <param name="States">How many states of keys they made or saw.</param>
/// <param name="UnknownSeen">Unknown operations whose effect was seen.</param>
/// <param name="UnknownDropped">Unknown operations that left no trace.</param>
/// <param name="Consumed">States that were replaced under a condition, or by an increment.</param>
internal sealed record HistoryVerdict(
    HistoryViolation? Violation, int Operations, int States, int UnknownSeen, int UnknownDropped, int Consumed)
{
    public bool IsCorrect => Violation is null;
}

using KvStore.Tests.Simulation.Histories;

namespace KvStore.Tests.Chaos;

/// <summary>One operation to be sent.</summary>
/// <param name="Value">Of a put; unique.</param>
/// <param name="Expected">Of a compare-and-set, the version that must be there; null: nothing must be.</param>
internal sealed record ChaosRequest(string Key, OperationKind Kind, string? Value = null, string? Expected = null);

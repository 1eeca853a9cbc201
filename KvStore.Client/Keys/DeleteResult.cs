namespace KvStore.Client;

/// <summary>What became of a delete. A delete without a condition is always applied, or throws.</summary>
/// <param name="Applied">False if the condition did not hold.</param>
/// <param name="Existed">Whether a value was removed.</param>
/// <param name="Version">Of the deletion; where the condition did not hold, the version found, or null if the key has no value.</param>
public readonly record struct DeleteResult(bool Applied, bool Existed, string? Version);

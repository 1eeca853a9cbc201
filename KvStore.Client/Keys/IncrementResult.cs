namespace KvStore.Client;

/// <summary>What became of an increment. An increment without a condition is always applied, or throws.</summary>
/// <param name="Applied">False if the condition did not hold.</param>
/// <param name="Value">The number now stored; 0 where nothing was applied.</param>
/// <param name="Version">The new version; where the condition did not hold, the version found, or null if the key has no value.</param>
public readonly record struct IncrementResult(bool Applied, long Value, string? Version);

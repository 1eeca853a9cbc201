namespace KvStore.Client;

/// <summary>What became of a put. A put without a condition is always applied, or throws.</summary>
/// <param name="Applied">False if the condition did not hold.</param>
/// <param name="Version">The new version; where the condition did not hold, the version found, or null if the key has no value.</param>
public readonly record struct PutResult(bool Applied, string? Version);

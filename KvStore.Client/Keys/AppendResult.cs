namespace KvStore.Client;

/// <summary>What became of an append. An append without a condition is always applied, or throws.</summary>
/// <param name="Applied">False if the condition did not hold.</param>
/// <param name="ValueLength">Bytes of the whole value now stored; 0 where nothing was applied.</param>
/// <param name="Version">The new version; where the condition did not hold, the version found, or null if the key has no value.</param>
public readonly record struct AppendResult(bool Applied, long ValueLength, string? Version);

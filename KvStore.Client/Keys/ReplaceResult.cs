namespace KvStore.Client;

/// <summary>What became of a get-and-set or a get-and-delete. Without a condition it is always applied, or throws.</summary>
/// <param name="Applied">False if the condition did not hold.</param>
/// <param name="Previous">The value that was replaced or removed; null if the key had none or nothing was applied.</param>
/// <param name="Version">
/// The new version, of the deletion if it was one; null if there was nothing to delete. Where the condition did not hold, the
/// version found, or null if the key has no value.
/// </param>
public readonly record struct ReplaceResult(bool Applied, KvValue? Previous, string? Version);

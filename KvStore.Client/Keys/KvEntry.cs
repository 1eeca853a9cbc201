namespace KvStore.Client;

/// <summary>A key found by a scan.</summary>
/// <param name="Key">The key.</param>
/// <param name="Version">Of its value.</param>
/// <param name="ValueLength">Bytes of its value.</param>
/// <param name="ExpiresAt">When it will be gone; null if it does not expire.</param>
public sealed record KvEntry(KvKey Key, string Version, long ValueLength, DateTimeOffset? ExpiresAt);

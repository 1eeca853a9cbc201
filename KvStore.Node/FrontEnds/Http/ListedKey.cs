namespace KvStore.Node.FrontEnds.Http;

/// <summary>One key of a <see cref="KeyPage"/>.</summary>
/// <param name="Key">As UTF-8; bytes that are not appear as U+FFFD.</param>
/// <param name="KeyBase64">The exact bytes, only where the key is not UTF-8.</param>
/// <param name="Version">As in the ETag, without quotes.</param>
/// <param name="ValueLength">Bytes.</param>
/// <param name="ExpiresAt">Unix time in milliseconds, only where it expires.</param>
internal sealed record ListedKey(string Key, string? KeyBase64, string Version, int ValueLength, long? ExpiresAt);

using KvStore.Client;

namespace KvStore.Web.Keys;

/// <summary>A key as it was read.</summary>
/// <param name="Value">Null if there is none, or if it could not be read; then the report says why.</param>
/// <param name="IsKnown">Whether it was read.</param>
public sealed record KeyReading(KvKey Key, KvValue? Value, bool IsKnown, KeyReport Report);

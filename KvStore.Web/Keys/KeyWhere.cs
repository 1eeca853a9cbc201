using KvStore.Client;

namespace KvStore.Web.Keys;

/// <summary>Where a key lives, or why that is not known. Exactly one of the two.</summary>
public sealed record KeyWhere(KeyExplanation? Explanation, string? Failure);

using KvStore.Client;

namespace KvStore.Web.Keys;

/// <summary>What somebody asked for in the key box.</summary>
/// <param name="Key">As typed: UTF-8 text.</param>
/// <param name="Value">Of a put, as typed.</param>
/// <param name="Ttl">Of a put; null keeps the value.</param>
/// <param name="Through">The node to ask; null for any.</param>
internal sealed record KeyRequest(string Key, string Value, TimeSpan? Ttl, Consistency Consistency, Uri? Through);

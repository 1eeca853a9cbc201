using KvStore.Client;

namespace KvStore.Web.Keys;

/// <summary>A page of keys, or why there is none.</summary>
/// <param name="Cursor">Where the next page goes on; empty when nothing is left.</param>
/// <param name="Failure">Null if the page is there.</param>
public sealed record KeyPage(IReadOnlyList<KvEntry> Entries, ReadOnlyMemory<byte> Cursor, string? Failure);

namespace KvStore.Client;

/// <summary>A page of keys.</summary>
/// <param name="Entries">In bytewise order.</param>
/// <param name="Cursor">Where the next page goes on; empty when there is nothing left.</param>
public sealed record KvPage(IReadOnlyList<KvEntry> Entries, ReadOnlyMemory<byte> Cursor);

namespace KvStore.Node.FrontEnds.Http;

/// <summary>Answer of <c>GET /kv</c>: keys in bytewise order.</summary>
/// <param name="Cursor">For the next page; missing if there is none.</param>
internal sealed record KeyPage(IReadOnlyList<ListedKey> Keys, string? Cursor);

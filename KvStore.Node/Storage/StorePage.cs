namespace KvStore.Node.Storage;

/// <summary>One page of a scan, in key order, tombstones included.</summary>
/// <param name="Complete">Whether nothing is left above the last entry.</param>
internal sealed record StorePage(IReadOnlyList<StorePageEntry> Entries, bool Complete);

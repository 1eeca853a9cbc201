namespace KvStore.Node.Storage;

/// <param name="Entries">Tombstones included; a key may come again, in this page or a later one.</param>
/// <param name="Next">Where the next page begins, if there is one.</param>
/// <param name="Complete">Whether every key that was there throughout the pass has been met.</param>
internal sealed record PassPage(IReadOnlyList<StorePageEntry> Entries, PassCursor Next, bool Complete);

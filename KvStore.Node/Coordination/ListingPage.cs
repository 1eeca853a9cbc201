using KvStore.Node.Storage;

namespace KvStore.Node.Coordination;

/// <summary>What a merge of members' pages comes to.</summary>
/// <param name="Entries">Keys with a value, in order.</param>
/// <param name="Complete">Whether nothing is left above them.</param>
/// <param name="ReachedKey">Up to here everything has been looked at.</param>
internal readonly record struct ListingPage(IReadOnlyList<StorePageEntry> Entries, bool Complete, ReadOnlyMemory<byte> ReachedKey);

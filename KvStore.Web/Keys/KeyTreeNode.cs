using KvStore.Client;

namespace KvStore.Web.Keys;

/// <summary>One line of a level of the tree: a key, or all keys up to the same delimiter.</summary>
/// <param name="Path">The key, or what all of its keys begin with.</param>
/// <param name="Name">What of it is new at this level, as text.</param>
/// <param name="Entry">The key's; null for a group.</param>
/// <param name="Count">Keys of a group that were met.</param>
/// <param name="HasMore">Whether a group may have more keys than were met.</param>
public sealed record KeyTreeNode(KvKey Path, string Name, KvEntry? Entry, int Count, bool HasMore);

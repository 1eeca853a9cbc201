namespace KvStore.Tests.Storage.Crashes;

/// <summary>Names of a directory changed at once: one removed, one given to something, or, by a rename, both.</summary>
internal sealed record EntryChange(int At, DiskNode Node, string? Removed, string? Added, DiskNode? Target) : DiskChange(At, Node);

namespace KvStore.Tests.Storage.Crashes;

/// <summary>Bytes written to a file, or, without any, its length set.</summary>
internal sealed record ContentChange(int At, DiskNode Node, long Offset, byte[]? Bytes) : DiskChange(At, Node);

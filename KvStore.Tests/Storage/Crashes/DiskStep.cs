using KvStore.Node.Storage;

namespace KvStore.Tests.Storage.Crashes;

/// <summary>One operation that changed a disk, or made a change durable.</summary>
/// <param name="Path">Relative to the data directory; empty for the directory itself.</param>
/// <param name="Bytes">Of a write.</param>
internal sealed record DiskStep(DiskOperationKind Kind, string Path, string? NewPath, long Offset, byte[] Bytes);

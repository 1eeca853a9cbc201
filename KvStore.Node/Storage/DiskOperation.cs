namespace KvStore.Node.Storage;

/// <summary>One thing done to the disk.</summary>
/// <param name="Kind">What is done.</param>
/// <param name="Path">The file or directory it is done to.</param>
/// <param name="NewPath">Of a rename: what it is called afterwards, in place of whatever file was called so.</param>
/// <param name="Offset">Of a read or write: where it begins; of <see cref="DiskOperationKind.SetLength"/>: the length.</param>
internal readonly record struct DiskOperation(DiskOperationKind Kind, string Path, string? NewPath = null, long Offset = 0);

namespace KvStore.Node.Storage.Faster;

/// <summary>A block of a file has not the checksum of what was written to it.</summary>
/// <param name="offset">Of the block in its file, in bytes.</param>
internal sealed class BlockMismatchException(long offset) : IOException($"what is read at offset {offset} is not what was written there");

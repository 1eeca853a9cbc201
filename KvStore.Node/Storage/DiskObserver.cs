namespace KvStore.Node.Storage;

/// <summary>
/// Sees every operation of a store's files in the order in which they are done, and can make them fail. It exists for tests,
/// which build from what it saw all that a crash could leave; a member has none, and then it costs one comparison.
/// </summary>
/// <remarks>
/// A failure is thrown as a disk's (<see cref="DiskError.Is"/>); anything else ends the process, as it would from any of the
/// store's threads. So a crash at the n-th operation is an observer that fails that one and all after it.
/// </remarks>
internal abstract class DiskObserver
{
    /// <summary>Held from before an operation is seen until it is done, so that what was seen is all that was done.</summary>
    internal object Gate { get; } = new();

    /// <summary>Called before each operation.</summary>
    /// <param name="operation">What is about to be done.</param>
    /// <param name="bytes">Of a write: what is written. Valid during the call.</param>
    /// <returns>How many of the bytes are written. After fewer than all the write fails as on a full disk.</returns>
    /// <exception cref="IOException">To have the operation fail without having been done.</exception>
    public abstract int Before(in DiskOperation operation, ReadOnlySpan<byte> bytes);
}

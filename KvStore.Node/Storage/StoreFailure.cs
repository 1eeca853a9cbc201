namespace KvStore.Node.Storage;

/// <summary>Why a store stopped acknowledging.</summary>
/// <param name="IsDiskFull">No space: the member refuses writes and goes on reading.</param>
/// <param name="Message">For the operator: names the file and what the system said.</param>
internal sealed record StoreFailure(bool IsDiskFull, string Message);

namespace KvStore.Node.Storage;

/// <summary>Why a store stopped acknowledging for good, or refuses records for now.</summary>
/// <param name="IsDiskFull">For want of space.</param>
/// <param name="Message">For the operator: names the file and what the system said.</param>
internal sealed record StoreFailure(bool IsDiskFull, string Message);

using KvStore.Node.Registers;

namespace KvStore.Node.Storage;

/// <summary>What a store reports. Calls come on the store's own threads and must return quickly without calling back into it.</summary>
/// <param name="Durable">
/// Everything up to this log number is on disk, or written where <see cref="Durability"/> asks for no more. Never goes down. Where nothing
/// is synced it may come on a thread that appends records, before <see cref="IStore.Append"/> returns.
/// </param>
/// <param name="Failed">The log cannot be written any more. Called once.</param>
/// <param name="ReadCompleted">Lane, token and record of a <see cref="IStore.BeginRead"/>.</param>
internal sealed record StoreEvents(Action<long> Durable, Action<StoreFailure> Failed, Action<int, long, RegisterRecord> ReadCompleted);

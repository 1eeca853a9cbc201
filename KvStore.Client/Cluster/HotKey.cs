namespace KvStore.Client;

/// <summary>A key that clients ask for often, through one member.</summary>
/// <param name="Key">The key.</param>
/// <param name="Slot">Its slot, 0 to 16383.</param>
/// <param name="Operations">Reads and writes of it, at most.</param>
/// <param name="OperationsLeast">Reads and writes of it, at least: the member counts a bounded number of keys.</param>
/// <param name="Over">The time up to the answer in which they were counted.</param>
public sealed record HotKey(KvKey Key, int Slot, long Operations, long OperationsLeast, TimeSpan Over);

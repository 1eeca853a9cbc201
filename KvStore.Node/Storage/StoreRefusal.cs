namespace KvStore.Node.Storage;

/// <summary>A store that cannot be opened, and why. The message is for the operator: it names the path and says what to do.</summary>
internal sealed class StoreRefusal(string message, Exception? inner = null) : Exception(message, inner);

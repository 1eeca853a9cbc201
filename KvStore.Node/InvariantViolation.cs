namespace KvStore.Node;

/// <summary>The member's own state contradicts itself. Never caught to carry on: the member stops.</summary>
internal sealed class InvariantViolation(string message) : Exception(message);

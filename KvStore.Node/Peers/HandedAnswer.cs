using KvStore.Node.Registers;

namespace KvStore.Node.Peers;

/// <summary>What became of a <see cref="HandedChange"/>; the numbers are the coordinator's, who is the same code at both ends.</summary>
/// <param name="Outcome">Committed, not applied or unknown.</param>
/// <param name="Failure">Why, unless it is committed.</param>
/// <param name="Result">Of a committed change; the value that a put wrote does not travel back.</param>
internal sealed record HandedAnswer(byte Outcome, byte Failure, ChangeResult Result);

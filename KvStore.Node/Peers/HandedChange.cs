using KvStore.Node.Registers;

namespace KvStore.Node.Peers;

/// <summary>A client's operation on its way to the member that shall coordinate it.</summary>
/// <param name="Change">Admitted: whatever depends on a clock is decided.</param>
/// <param name="Needed">Replicas of each owner group that must have it on disk: a majority or more.</param>
internal sealed record HandedChange(Change Change, int Needed);

using KvStore.Node.Registers;

namespace KvStore.Node;

/// <summary>A change of members, as one member saw it.</summary>
/// <param name="Epoch">That began it: the joint one.</param>
/// <param name="Began">When that came in force here, by this member's wall clock.</param>
/// <param name="Took">Until the epoch that ended it was in force here; null while the change is under way.</param>
/// <param name="IsGivenUp">Ended with the owners of before.</param>
/// <param name="Joined">Names of those that were to come.</param>
/// <param name="Left">Names of those that were to go.</param>
/// <param name="Keys">Records that this member took over.</param>
/// <param name="Bytes">Of their keys and values.</param>
internal sealed record ChangeRecord(
    Epoch Epoch, DateTimeOffset Began, TimeSpan? Took, bool IsGivenUp, IReadOnlyList<string> Joined, IReadOnlyList<string> Left, long Keys, long Bytes);

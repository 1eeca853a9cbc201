namespace KvStore.Client;

/// <summary>A change of members, as the member that answered saw it.</summary>
/// <param name="Epoch">The joint epoch that began it.</param>
/// <param name="Began">When that came in force there, by its clock.</param>
/// <param name="Took">Until the epoch that ended it was in force there; null while the change is under way.</param>
/// <param name="IsGivenUp">It ended with the owners of before.</param>
/// <param name="Joined">Names of those that were to come.</param>
/// <param name="Left">Names of those that were to go.</param>
/// <param name="Keys">Records that the member took over.</param>
/// <param name="Bytes">Of their keys and values.</param>
public sealed record PastChange(
    uint Epoch, DateTimeOffset Began, TimeSpan? Took, bool IsGivenUp, IReadOnlyList<string> Joined, IReadOnlyList<string> Left, long Keys, long Bytes);

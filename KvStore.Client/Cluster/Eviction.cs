namespace KvStore.Client;

/// <summary>What will become of a dead member by itself, as the member that answered sees it.</summary>
/// <param name="Member">Its name.</param>
/// <param name="DeadFor">How long it has been taken for dead.</param>
/// <param name="Left">Until the member that answered would have it removed; null: it never will.</param>
/// <param name="Agreeing">Names of those that would have it removed now.</param>
/// <param name="Needed">How many must.</param>
/// <param name="IsKept">Whether somebody wants it kept until it is alive again.</param>
/// <param name="Obstacle">Why it may not be removed now, for people; empty if it may.</param>
public sealed record Eviction(string Member, TimeSpan DeadFor, TimeSpan? Left, IReadOnlyList<string> Agreeing, int Needed, bool IsKept, string Obstacle);

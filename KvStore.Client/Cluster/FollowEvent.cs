namespace KvStore.Client;

/// <summary>Something that happened to an operation that is followed.</summary>
/// <param name="Since">Since the member took it up.</param>
/// <param name="Kind">
/// <c>begun</c>, <c>phase-begun</c>, <c>asked</c>, <c>hedged</c>, <c>probed</c>, <c>replied</c>, <c>unreachable</c>, <c>hedge-won</c>,
/// <c>phase-over</c>, <c>handed-over</c>, <c>answered</c>, <c>accepted-late</c>, <c>hinted</c> or <c>taught</c>.
/// </param>
/// <param name="Phase"><c>read</c>, <c>prepare</c> or <c>accept</c>; empty where it is about none.</param>
/// <param name="Member">Name of the other member; empty where it is about none.</param>
/// <param name="Reply">What a replica said, for people; empty but for <c>replied</c>.</param>
public sealed record FollowEvent(TimeSpan Since, string Kind, string Phase, string Member, string Reply)
{
    /// <summary>Of <c>begun</c>; else null.</summary>
    public FollowBegun? Begun { get; init; }

    /// <summary>Of <c>answered</c>; else null.</summary>
    public FollowAnswer? Answer { get; init; }
}

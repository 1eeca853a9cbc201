namespace KvStore.Web.Cluster;

/// <summary>A member's state in words.</summary>
internal static class MemberState
{
    public static string WordsOf(MemberView member) => member.Reachability switch
    {
        Reachability.Waiting => "not asked yet",
        Reachability.Unreachable => "unreachable",
        Reachability.ReachedByMembers => "not answering this page",
        Reachability.Reachable => member.Status!.State,
        _ => throw new InvalidOperationException($"Unknown reachability {member.Reachability}."),
    };

    /// <summary>What the other members say of it, in a few words; empty where there is nobody to say.</summary>
    public static string OthersOf(MemberView member)
    {
        string[] cut = [.. member.Observations.Where(seen => !seen.IsConnected).Select(seen => seen.Observer)];
        return (member.Observations.Length, cut.Length) switch
        {
            (0, _) => "",
            (1, 0) => "the other member reaches it",
            (var all, 0) => $"all {all} others reach it",
            (var all, var none) when all == none => "no other member reaches it",
            _ => $"not reached by {string.Join(", ", cut)}",
        };
    }
}

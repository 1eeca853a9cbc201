using System.Collections.Immutable;

namespace KvStore.Web.Cluster;

/// <summary>What several members say of themselves, side by side. Pure.</summary>
internal static class MemberComparison
{
    /// <summary>Members beside each other, at most: more do not fit on a screen.</summary>
    public const int MembersMax = 8;

    /// <summary>The members of an address; those it names that are none, or have said nothing yet, are left out.</summary>
    public static ImmutableArray<MemberView> Named(string? names, ClusterSnapshot snapshot) =>
    [
        .. (names ?? "").Split(',', StringSplitOptions.RemoveEmptyEntries).Distinct().Select(snapshot.Member).OfType<MemberView>()
            .Where(member => member.Status is not null).OrderBy(member => member.Name, NaturalOrder.Instance).Take(MembersMax),
    ];

    /// <summary>The address with one more member beside the others, or with one less.</summary>
    public static string AddressToggling(ImmutableArray<MemberView> members, string name)
    {
        string[] names = [.. members.Select(member => member.Name)];
        string[] next = names.Contains(name) ? [.. names.Where(other => other != name)] : [.. names, name];
        return next.Length == 0 ? "/members" : $"/members?beside={string.Join(',', next.Select(Uri.EscapeDataString))}";
    }

    /// <summary>A row a fact that any of them has, in the order in which they are told.</summary>
    public static ImmutableArray<FactRow> Of(ImmutableArray<MemberView> members, ClusterSnapshot snapshot)
    {
        ImmutableArray<ImmutableArray<FactGroup>> told = [.. members.Select(member => MemberFacts.Of(member, snapshot).ToImmutableArray())];
        return
        [
            .. from kind in told.SelectMany(groups => groups.SelectMany(@group => @group.Facts.Select(fact => (Group: @group.Name, fact.Name, fact.Meaning)))).DistinctBy(kind => (kind.Group, kind.Name))
               group kind by kind.Group into same
               from kind in same
               select new FactRow(
                   kind.Group,
                   kind.Name,
                   kind.Meaning,
                   [.. told.Select(groups => groups.FirstOrDefault(@group => @group.Name == kind.Group)?.Facts.FirstOrDefault(fact => fact.Name == kind.Name))]),
        ];
    }
}

using System.Collections.Immutable;
using System.Globalization;
using KvStore.Client;

namespace KvStore.Web.Display;

/// <summary>
/// The two or three characters that stand for a member where its name has no room: the number its name ends with, which is
/// what people call it, if that tells all members apart; else its ordinal.
/// </summary>
internal static class MemberBadge
{
    private const int DigitsMax = 3;

    /// <summary>Badges by ordinal.</summary>
    public static ImmutableDictionary<int, string> Of(ImmutableArray<ClusterMember> members)
    {
        bool numbersTellApart = members.Select(member => NumberOf(member.Name)).Distinct().Count() == members.Length
            && members.All(member => NumberOf(member.Name).Length is > 0 and <= DigitsMax);
        return members.ToImmutableDictionary(
            member => member.Ordinal,
            member => numbersTellApart ? NumberOf(member.Name) : member.Ordinal.ToString(CultureInfo.InvariantCulture));
    }

    private static string NumberOf(string name)
    {
        int digits = name.Reverse().TakeWhile(char.IsAsciiDigit).Count();
        return name[^digits..];
    }
}

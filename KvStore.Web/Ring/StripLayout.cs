using System.Collections.Immutable;
using System.Text;
using KvStore.Client;

namespace KvStore.Web.Ring;

/// <summary>
/// The ring cut open at its top and laid flat, a line for each member: dark where its token is the first from there. Legible
/// where a circle is not: with many members and on a narrow screen.
/// </summary>
internal static class StripLayout
{
    /// <summary>The width of a line, in units of the drawing.</summary>
    public const int Width = 400;

    /// <summary>From how many members on the circle gives way to lines, unless somebody asks for it.</summary>
    public const int MembersFrom = 25;

    /// <summary>By ordinal an SVG path to be stroked, from 0 to <see cref="Width"/>; empty for who is first nowhere.</summary>
    public static ImmutableDictionary<int, string> Of(ClusterTopology topology)
    {
        Dictionary<int, StringBuilder> paths = topology.Members.ToDictionary(member => member.Ordinal, _ => new StringBuilder());
        TokenWalk walk = TokenWalk.Of(topology, ranks: 1, Width);
        if (walk.Owners.Length > 0)
        {
            foreach ((int from, int to, int ordinal) in walk.Runs(rank: 0))
            {
                paths[ordinal].Append($"M{from} 5H{to}");
            }
        }

        return paths.ToImmutableDictionary(pair => pair.Key, pair => pair.Value.ToString());
    }
}

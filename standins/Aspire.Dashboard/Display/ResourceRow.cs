using System.Collections.Immutable;
using Aspire.Dashboard.Feed;

namespace Aspire.Dashboard.Display;

/// <summary>A resource's line in the table: children stand below their parent.</summary>
public sealed record ResourceRow(ResourceState State, int Depth, bool HasChildren, bool IsFolded)
{
    /// <summary>Depth first; a resource whose parent is not among them stands at the top.</summary>
    internal static List<ResourceRow> Of(IReadOnlyCollection<ResourceState> states, IReadOnlySet<string> folded)
    {
        List<ResourceRow> rows = [];
        HashSet<string> placed = [];
        var childrenOf = states.ToLookup(ParentOf, StringComparer.OrdinalIgnoreCase);
        var names = states.Select(state => state.Name).ToHashSet(StringComparer.OrdinalIgnoreCase);
        foreach (var top in states.Where(state => ParentOf(state) is not { } parent || !names.Contains(parent)))
        {
            Place(top, 0);
        }

        foreach (var rest in states.Where(state => !placed.Contains(state.Id)))
        {
            Place(rest, 0);
        }

        return rows;

        void Place(ResourceState state, int depth)
        {
            if (!placed.Add(state.Id))
            {
                return;
            }

            ImmutableArray<ResourceState> children = [.. childrenOf[state.Name]];
            var isFolded = folded.Contains(state.Id);
            rows.Add(new ResourceRow(state, depth, !children.IsEmpty, isFolded));
            foreach (var child in children)
            {
                if (isFolded)
                {
                    placed.Add(child.Id);
                }
                else
                {
                    Place(child, depth + 1);
                }
            }
        }
    }

    private static string? ParentOf(ResourceState state) =>
        state.Relationships.FirstOrDefault(relationship => relationship.Type == "Parent" && relationship.ResourceName != state.Name)?.ResourceName;
}

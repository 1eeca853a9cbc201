using System.Collections.Immutable;
using Aspire.Dashboard.Feed;

namespace Aspire.Dashboard.Display;

/// <summary>
/// Where resources and what they refer to stand in a graph: whoever refers to nobody on the right, each other one layer left of
/// what it refers to. References in a circle count once. A pure function of the resources.
/// </summary>
internal sealed record GraphLayout(ImmutableArray<GraphNode> Nodes, ImmutableArray<GraphEdge> Edges, int Width, int Height)
{
    public const int NodeWidth = 170;
    public const int NodeHeight = 40;
    private const int GapX = 90;
    private const int GapY = 16;
    private const int Margin = 12;

    public static GraphLayout Of(IReadOnlyCollection<ResourceState> states)
    {
        var byName = states.DistinctBy(state => state.Name, StringComparer.OrdinalIgnoreCase)
            .ToDictionary(state => state.Name, StringComparer.OrdinalIgnoreCase);
        Dictionary<string, int> layers = new(StringComparer.OrdinalIgnoreCase);
        foreach (var state in byName.Values)
        {
            LayerOf(state.Name, [], byName, layers);
        }

        var last = layers.Values.DefaultIfEmpty(0).Max();
        var nodes = layers.GroupBy(layer => layer.Value)
            .SelectMany(layer => layer.Select((one, index) => new GraphNode(
                byName[one.Key], Margin + ((last - layer.Key) * (NodeWidth + GapX)), Margin + (index * (NodeHeight + GapY)))))
            .ToDictionary(node => node.State.Name, StringComparer.OrdinalIgnoreCase);
        return new GraphLayout(
            [.. nodes.Values],
            [
                .. from node in nodes.Values
                from relationship in node.State.Relationships
                where nodes.ContainsKey(relationship.ResourceName) && relationship.ResourceName != node.State.Name
                select GraphEdge.Between(node, nodes[relationship.ResourceName], relationship.Type == "Parent"),
            ],
            (2 * Margin) + ((last + 1) * (NodeWidth + GapX)) - GapX,
            (2 * Margin) + nodes.Values.Select(node => node.Y + NodeHeight).DefaultIfEmpty(NodeHeight).Max());
    }

    private static int LayerOf(string name, HashSet<string> above, Dictionary<string, ResourceState> byName, Dictionary<string, int> layers)
    {
        if (layers.TryGetValue(name, out var known))
        {
            return known;
        }

        if (!above.Add(name))
        {
            return 0;
        }

        var layer = byName[name].Relationships
            .Where(relationship => byName.ContainsKey(relationship.ResourceName) && relationship.ResourceName != name)
            .Select(relationship => 1 + LayerOf(relationship.ResourceName, above, byName, layers))
            .DefaultIfEmpty(0)
            .Max();
        above.Remove(name);
        return layers[name] = layer;
    }
}

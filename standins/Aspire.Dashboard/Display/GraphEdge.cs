namespace Aspire.Dashboard.Display;

/// <summary>A reference in the graph, as a path of SVG.</summary>
internal sealed record GraphEdge(string Path, bool IsParent)
{
    public static GraphEdge Between(GraphNode from, GraphNode to, bool isParent)
    {
        var (x1, y1) = (from.X + GraphLayout.NodeWidth, from.Y + (GraphLayout.NodeHeight / 2));
        var (x2, y2) = (to.X, to.Y + (GraphLayout.NodeHeight / 2));
        var bend = Math.Max(30, (x2 - x1) / 2);
        return new GraphEdge($"M{x1} {y1}C{x1 + bend} {y1} {x2 - bend} {y2} {x2 - 2} {y2}", isParent);
    }
}

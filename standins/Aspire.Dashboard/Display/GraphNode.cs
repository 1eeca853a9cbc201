using Aspire.Dashboard.Feed;

namespace Aspire.Dashboard.Display;

/// <summary>A resource in the graph, by its upper left corner.</summary>
internal sealed record GraphNode(ResourceState State, int X, int Y);

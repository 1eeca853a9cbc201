using Aspire.Dashboard.Display;
using Aspire.Dashboard.Feed;
using Aspire.Dashboard.Resources;
using Aspire.Dashboard.Telemetry;

namespace KvStore.Tests.StandIns.Dashboard;

/// <summary>What the AppHost told, and how it is laid out.</summary>
public sealed class ResourceBoardTests
{
    [Fact]
    public void The_newest_state_of_each_resource_is_kept_in_the_order_of_the_first()
    {
        ResourceBoard board = new(new TelemetryLimits());
        board.Put(Resource("a"));
        board.Put(Resource("b"));
        board.Put(Resource("a") with { State = "Running" });

        Assert.Equal(["a Running", "b "], board.All.Select(state => $"{state.Name} {state.State}"));
    }

    [Fact]
    public void Lines_that_are_told_again_are_kept_once_and_the_oldest_go()
    {
        ResourceBoard board = new(new TelemetryLimits { ConsoleLinesMax = 3 });
        board.Append(Batch("a", 1, 2));
        board.Append(Batch("a", 1, 2, 3, 4));

        Assert.Equal([2, 3, 4], board.Console("a").Select(line => line.Number));
        board.ClearConsole("a");
        board.Append(Batch("a", 4, 5));
        Assert.Equal([5], board.Console("a").Select(line => line.Number));
    }

    [Fact]
    public void Consoles_are_read_together_in_the_order_of_their_times()
    {
        ResourceBoard board = new(new TelemetryLimits());
        board.Append(new ConsoleBatch("a", [new ConsoleLine(1, "2025-01-01T00:00:02.000Z second", false)]));
        board.Append(new ConsoleBatch("b", [new ConsoleLine(1, "2025-01-01T00:00:01.000Z first", true), new ConsoleLine(2, "2025-01-01T00:00:03.000Z third", false)]));

        Assert.Equal(["b first", "a second", "b third"], board.Console(null).Select(line => $"{line.ResourceId} {line.Text}"));
    }

    [Fact]
    public void Children_stand_below_their_parents_and_none_is_lost()
    {
        ResourceState[] states = [Resource("child", "Parent parent"), Resource("parent"), Resource("one", "Parent other"), Resource("other", "Parent one"), Resource("lost", "Parent nobody")];

        Assert.Equal(["0 parent", "1 child", "0 lost", "0 one", "1 other"], Rows(states));
        Assert.Equal(["0 parent", "0 lost", "0 one", "1 other"], Rows(states, "parent"));
    }

    [Fact]
    public void In_the_graph_whoever_refers_stands_left_of_what_it_refers_to()
    {
        GraphLayout layout = GraphLayout.Of([Resource("web", "Reference node", "WaitFor node"), Resource("node", "Parent demo"), Resource("demo"), Resource("a", "Reference b"), Resource("b", "Reference a")]);

        int X(string name) => layout.Nodes.Single(node => node.State.Name == name).X;
        Assert.True(X("web") < X("node") && X("node") < X("demo"), "web, node and demo are in this order");
        Assert.Equal((5, 5), (layout.Nodes.Length, layout.Edges.Length));
        Assert.Equal(5, layout.Nodes.Select(node => (node.X, node.Y)).Distinct().Count());
    }

    private static ResourceState Resource(string name, params string[] relationships) => new()
    {
        Id = name,
        Name = name,
        Type = "Project",
        Relationships = [.. relationships.Select(text => text.Split(' ')).Select(parts => new ResourceRelationship(parts[1], parts[0]))],
    };

    private static ConsoleBatch Batch(string id, params int[] numbers) => new(id, [.. numbers.Select(number => new ConsoleLine(number, $"line {number}", false))]);

    private static string[] Rows(ResourceState[] states, params string[] folded) =>
        [.. ResourceRow.Of(states, folded.ToHashSet()).Select(row => $"{row.Depth} {row.State.Name}")];
}

using KvStore.Web.Cluster;
using KvStore.Web.Display;
using KvStore.Web.Ring;
using Microsoft.AspNetCore.Components;

namespace KvStore.Web.Components;

/// <summary>One member inside the ring.</summary>
public sealed partial class RingDisc
{
    [Parameter]
    [EditorRequired]
    public required RingNode Node { get; set; }

    [Parameter]
    public MemberView? Member { get; set; }

    /// <summary>Its place among the owners of the key looked up, from 1; 0 for none.</summary>
    [Parameter]
    public int Rank { get; set; }

    /// <summary>What stands below its name; null for nothing.</summary>
    [Parameter]
    public string? Caption { get; set; }

    [Parameter]
    public bool IsSelected { get; set; }

    [Parameter]
    public bool IsFaint { get; set; }

    [Parameter]
    public EventCallback<int> OnSelect { get; set; }

    private string State => Member is null ? "not known" : MemberState.WordsOf(Member);

    private string Class => string.Join(
        ' ',
        new[] { "member", Condition, IsSelected ? "selected" : "", IsFaint ? "faint" : "", Node.Label is null ? "small" : "", Rank > 0 ? "replica" : "" }
            .Where(name => name.Length > 0));

    private string Condition => Member switch
    {
        { Reachability: Reachability.Waiting } => "waiting",
        { Reachability: Reachability.Reachable, Serves: true } => "",
        { Reachability: Reachability.Reachable } => "weak",
        _ => "down",
    };

    private RingPoint BadgePoint => Node.Center with
    {
        X = Node.Center.X + (Node.Radius * 0.8) + 3,
        Y = Node.Center.Y - (Node.Radius * 0.8) - 3,
    };

    // A cross over the whole disc: to be seen at any size.
    private string CrossPath
    {
        get
        {
            double reach = Node.Radius * 0.72;
            (double x, double y) = (Node.Center.X, Node.Center.Y);
            return $"M{new RingPoint(x - reach, y - reach)}L{new RingPoint(x + reach, y + reach)}"
                + $"M{new RingPoint(x + reach, y - reach)}L{new RingPoint(x - reach, y + reach)}";
        }
    }
}

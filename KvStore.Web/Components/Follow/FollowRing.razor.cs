using KvStore.Web.Follow;
using KvStore.Web.Ring;
using Microsoft.AspNetCore.Components;

namespace KvStore.Web.Components.Follow;

/// <summary>A request between its coordinator and the owners of its key, at one moment. The table of its events says the same in words.</summary>
public sealed partial class FollowRing
{
    [Parameter]
    [EditorRequired]
    public required FollowFrame Frame { get; set; }

    /// <summary>Which event the frame shows: another number lets the message travel anew.</summary>
    [Parameter]
    [EditorRequired]
    public required int Step { get; set; }

    private RingNode? Coordinator => NodeOf(Frame.Begun.Coordinator);

    private IEnumerable<(RingNode Node, FollowMark Mark, string Way)> Ways =>
        from pair in Frame.Marks
        let node = NodeOf(pair.Key)
        where node is not null && Coordinator is not null && node != Coordinator
        select (node, pair.Value, RingLayout.CurveOf(Coordinator!.Center, node.Center));

    /// <summary>The way of what was sent or came in just now; null where that left no member.</summary>
    private (string Way, bool IsBack)? Travel => Frame.Now is { Member.Length: > 0 } now && NodeOf(now.Member) is { } other && Coordinator is { } from && other != from
        ? (RingLayout.CurveOf(from.Center, other.Center), now.Kind is "replied" or "accepted-late")
        : null;

    private string Description => $"{Frame.Begun.Coordinator} coordinates. "
        + string.Join(", ", Frame.Begun.Owners.Select(owner => $"{owner}: {FollowWords.Of(Frame.Marks[owner])}"));

    private RingNode? NodeOf(string name) => Layout?.Nodes.FirstOrDefault(node => node.Name == name);

    private FollowMark? MarkOf(RingNode node) => Frame.Marks.TryGetValue(node.Name, out FollowMark mark) ? mark : null;

    private bool IsBystander(RingNode node) => MarkOf(node) is null && node.Name != Frame.Begun.Coordinator;

    private string WordsOf(RingNode node) =>
        MarkOf(node) is { } mark ? FollowWords.Of(mark) : node.Name == Frame.Begun.Coordinator ? "coordinates" : "";

    // A sign for each, so that no colour is needed to tell them apart.
    private string SignOf(RingNode node) => MarkOf(node) switch
    {
        FollowMark.Asked => "?",
        FollowMark.Yes or FollowMark.Late => "✓",
        FollowMark.No => "✕",
        FollowMark.Unreachable => "!",
        FollowMark.Hinted => "H",
        FollowMark.Taught => "R",
        _ => "",
    };

    private string ToneOf(RingNode node) => MarkOf(node) switch
    {
        FollowMark.Yes or FollowMark.Late => "good",
        FollowMark.No or FollowMark.Unreachable => "bad",
        FollowMark.Hinted or FollowMark.Taught => "warn",
        _ => "open",
    };
}

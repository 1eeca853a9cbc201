using KvStore.Web.Cluster;
using KvStore.Web.Display;
using KvStore.Web.Ring;
using Microsoft.AspNetCore.Components;

namespace KvStore.Web.Components;

/// <summary>One member inside a ring: its disc, its name, and a sign for what it is in what the ring shows.</summary>
public sealed partial class RingDisc
{
    [Parameter]
    [EditorRequired]
    public required RingNode Node { get; set; }

    [Parameter]
    public MemberView? Member { get; set; }

    /// <summary>A letter or two at its edge; empty for none.</summary>
    [Parameter]
    public string Sign { get; set; } = "";

    /// <summary>"good", "warn", "bad" or "open"; empty for what has none. The sign says the same.</summary>
    [Parameter]
    public string SignTone { get; set; } = "";

    /// <summary>What the sign means; empty where the member's state is all there is to say.</summary>
    [Parameter]
    public string SignWords { get; set; } = "";

    /// <summary>What stands below its name; null for nothing.</summary>
    [Parameter]
    public string? Caption { get; set; }

    [Parameter]
    public bool IsSelected { get; set; }

    [Parameter]
    public bool IsFaint { get; set; }

    [Parameter]
    public bool HasHalo { get; set; }

    /// <summary>Whether it is among those chosen; null where none are to be chosen.</summary>
    [Parameter]
    public bool? IsChosen { get; set; }

    /// <summary>Whether pressing it does nothing.</summary>
    [Parameter]
    public bool IsShut { get; set; }

    [Parameter]
    public EventCallback<int> OnSelect { get; set; }

    private string Said
    {
        get
        {
            string state = Node.IsNewcomer ? "would join" : Member is null ? "not known" : MemberState.WordsOf(Member);
            return string.Join(", ", new[] { $"{Node.Name}: {state}", SignWords, Caption ?? "" }.Where(words => words.Length > 0));
        }
    }

    private string Class => string.Join(
        ' ',
        new[]
        {
            "member", Condition, IsSelected || IsChosen == true ? "selected" : "", IsFaint ? "faint" : "", Node.Label is null ? "small" : "",
            Sign.Length > 0 ? "signed" : "", OnSelect.HasDelegate && !IsShut ? "live" : "",
        }.Where(name => name.Length > 0));

    private string Condition => Member switch
    {
        null when Node.IsNewcomer => "newcomer",
        { Reachability: Reachability.Waiting } => "waiting",
        { Reachability: Reachability.Reachable, Serves: true } => "",
        { Reachability: Reachability.Reachable } => "weak",
        _ => "down",
    };

    private RingPoint SignPoint => Node.Center with
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

    private static string? Word(bool? isSo) => isSo is { } known ? known ? "true" : "false" : null;

    private Task PressAsync() => IsShut ? Task.CompletedTask : OnSelect.InvokeAsync(Node.Ordinal);
}

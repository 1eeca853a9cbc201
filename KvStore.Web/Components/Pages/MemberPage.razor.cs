using KvStore.Web.Cluster;
using KvStore.Web.Display;
using Microsoft.AspNetCore.Components;

namespace KvStore.Web.Components.Pages;

/// <summary>All that one member says of itself.</summary>
public sealed partial class MemberPage
{
    [CascadingParameter]
    public required ClusterSnapshot Snapshot { get; set; }

    [Parameter]
    public required string Name { get; set; }

    private MemberView? Member => Snapshot.Member(Name);

    private string Since(MemberView member) => member.FailingSince is { } since ? $" for {Figures.Elapsed(Snapshot.At - since)}" : "";

    private static string Tone(MemberView member) => member.Serves ? "good" : member.Reachability == Reachability.Waiting ? "" : "bad";

    private static string Sentence(string words) => words.Length == 0 ? "" : $"{char.ToUpperInvariant(words[0])}{words[1..]}.";
}

using KvStore.Client;
using KvStore.Web.Display;
using Microsoft.AspNetCore.Components;

namespace KvStore.Web.Components.Keys;

/// <summary>The value as each replica holds it.</summary>
public sealed partial class ReplicaValues
{
    [Parameter]
    [EditorRequired]
    public required KeyExplanation Where { get; set; }

    // What most of those that answered hold; of as many, what a read finds.
    private string Agreed => Where.Replicas.Where(replica => replica.State != "unreachable")
        .GroupBy(replica => replica.Version)
        .OrderByDescending(same => same.Count())
        .ThenByDescending(same => same.Key == Where.Version)
        .Select(same => same.Key)
        .FirstOrDefault("");

    private bool Differs(ReplicaExplanation replica) => replica.State == "unreachable" || replica.Version != Agreed;

    private string WordsOf(ReplicaExplanation replica) => replica.State switch
    {
        "unreachable" => "Did not answer.",
        "value" when Differs(replica) => $"Another version: {replica.Version}",
        "value" => "The value, alike.",
        "tombstone" => Differs(replica) ? "A deletion, unlike the others." : "A deletion.",
        _ => Differs(replica) ? "Nothing, unlike the others." : "Nothing.",
    };

    private static string Shown(ReplicaExplanation replica) => ValueText.Of(replica.ValueStart.Span).Shown;
}

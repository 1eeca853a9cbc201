using KvStore.Client;
using KvStore.Web.Cluster;
using KvStore.Web.Keys;
using Microsoft.AspNetCore.Components;

namespace KvStore.Web.Components;

/// <summary>From a key to its slot, its place and its replicas, with what each of them holds.</summary>
public sealed partial class KeyWhereabouts
{
    [Parameter]
    [EditorRequired]
    public required ClusterSnapshot Snapshot { get; set; }

    /// <summary>Null before a key was looked up.</summary>
    [Parameter]
    public KeyWhere? Where { get; set; }

    private MemberView? MemberOf(ReplicaExplanation replica) =>
        Snapshot.Members.FirstOrDefault(member => member.Name == replica.Name && member.Ordinal is not null);

    private static bool IsReached(ReplicaExplanation replica) => replica.State != "unreachable";

    private static string WordsOf(ReplicaExplanation replica) => replica.State switch
    {
        "value" => "a value",
        "tombstone" => "a deletion",
        "nothing" or "absent" => "nothing",
        "unreachable" => "did not answer",
        _ => replica.State,
    };

    private static string ToneOf(ReplicaExplanation replica) => replica.State switch
    {
        "value" => "good",
        "unreachable" => "bad",
        _ => "soft",
    };

    private static string OrDash(string text) => text.Length == 0 ? "–" : text;

    private static string ReadSentence(KeyExplanation found) => found switch
    {
        { Error.Length: > 0 } => $"A read is not answered: {found.Error}",
        { Found: true } => "A read finds the value.",
        _ => "A read finds no value.",
    };
}

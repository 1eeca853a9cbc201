using System.Globalization;
using KvStore.Client;
using KvStore.Web.Cluster;
using KvStore.Web.Display;
using Microsoft.AspNetCore.Components;

namespace KvStore.Web.Components;

/// <summary>One member's row. Figures of a member that stopped answering are the last it told, and shown faintly.</summary>
public sealed partial class MemberRow
{
    private const string Unknown = "–";

    [Parameter]
    [EditorRequired]
    public required MemberView Member { get; set; }

    /// <summary>When the snapshot was taken.</summary>
    [Parameter]
    [EditorRequired]
    public required DateTimeOffset Now { get; set; }

    /// <summary>The newest epoch known.</summary>
    [Parameter]
    public long? Epoch { get; set; }

    [Parameter]
    public bool IsSelected { get; set; }

    [Parameter]
    public EventCallback<int> OnSelect { get; set; }

    private bool IsAnswering => Member.Reachability == Reachability.Reachable;

    private bool IsBehind => Member.Status is { } status && Epoch is { } newest && status.Epoch < newest;

    private string Class => (IsAnswering ? "" : "stale ") + (IsSelected ? "selected" : "");

    private string Tone => Member switch
    {
        { Reachability: Reachability.Waiting } => "waiting",
        { Reachability: Reachability.Unreachable } => "bad",
        { Reachability: Reachability.ReachedByMembers } or { Serves: false } or { IsPartlyCutOff: true } or { Ordinal: null } => "warn",
        _ => "good",
    };

    private string State
    {
        get
        {
            string words = MemberState.WordsOf(Member);
            string since = Member.FailingSince is { } time ? $" for {Figures.Elapsed(Now - time)}" : "";
            string moving = Member.TopologyState is "active" or "" ? "" : $", {Member.TopologyState}";
            string outside = Member.Ordinal is null && IsAnswering ? ", in no topology known here" : "";
            return Capitalized(words) + since + moving + outside;
        }
    }

    private string? SinceWhen => Member.FailingSince is { } time
        ? $"since {time.UtcDateTime.ToString("u", CultureInfo.InvariantCulture)}"
        : null;

    private string Detail
    {
        get
        {
            string others = MemberState.OthersOf(Member);
            return string.Join("; ", new[] { Member.Failure ?? "", IsAnswering && !Member.IsPartlyCutOff ? "" : others }
                .Where(part => part.Length > 0));
        }
    }

    private string SeenBy => string.Join("\n", Member.Observations.Select(seen => seen.IsConnected
        ? $"{seen.Observer}: {Saying(seen)}{Figures.Duration(seen.RoundTrip)} there and back"
        : $"{seen.Observer}: {Saying(seen)}{seen.Why}"));

    private static string Saying(Observation seen) => seen.Liveness.Length > 0 ? $"{seen.Liveness}, " : "";

    private string Deviation => string.Create(CultureInfo.InvariantCulture, $"{(Member.Share.Ratio - 1) * 100:+0.0;−0.0;±0.0} %");

    private string Figure(Func<MemberStatus, string> figure) => Member.Status is { } status ? figure(status) : Unknown;

    private static string Rate(double? perSecond) => perSecond is { } rate ? Figures.Rate(rate) : Unknown;

    private static string Capitalized(string words) => char.ToUpperInvariant(words[0]) + words[1..];
}

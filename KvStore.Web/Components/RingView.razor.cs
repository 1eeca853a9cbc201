using System.Collections.Immutable;
using KvStore.Client;
using KvStore.Web.Cluster;
using KvStore.Web.Display;
using KvStore.Web.Ring;
using Microsoft.AspNetCore.Components;

namespace KvStore.Web.Components;

/// <summary>The ring as a picture. The table of members says the same in words.</summary>
public sealed partial class RingView
{
    // Closer to the edge of a disc, the circle of the mean would be taken for a part of it.
    private const double MeanGapMin = 1.5;

    private ImmutableArray<RingNode> _nodes = [];
    private ImmutableArray<RingBand> _bands = [];

    /// <summary>The key that is looked up, if one is: its place and its replicas are lit.</summary>
    [Parameter]
    public KeyExplanation? Explanation { get; set; }

    /// <summary>The member whose tokens stand out.</summary>
    [Parameter]
    public int? Selected { get; set; }

    [Parameter]
    public EventCallback<int> OnSelect { get; set; }

    /// <summary>Whether there is a circle for each replica, and not one for the tokens.</summary>
    [Parameter]
    public bool ShowsBands { get; set; }

    /// <summary>Whether <see cref="Flows"/> are not yet.</summary>
    [Parameter]
    public bool IsPlan { get; set; }

    /// <summary>What the discs show; null for shares of slots.</summary>
    [Parameter]
    public MeasureReadings? Readings { get; set; }

    /// <summary>What moves between members.</summary>
    [Parameter]
    public ImmutableArray<RingFlow> Flows { get; set; } = [];

    /// <summary>Who would join by what <see cref="Flows"/> plan.</summary>
    [Parameter]
    public RingNewcomer? Newcomer { get; set; }

    private protected override RingNewcomer? Joining => Newcomer;

    private (RingPoint Outer, RingPoint OnBand, RingPoint Inner)? Marker => Explanation is { } found ? RingLayout.MarkOf(found.Position) : null;

    private IEnumerable<(RingNode Node, int Rank)> Replicas =>
        from node in _nodes
        let rank = RankOf(node.Ordinal)
        where rank > 0
        select (node, rank);

    private (string Small, string Large) Centre => Selected is { } ordinal && Snapshot.Member(ordinal) is { } member
        ? (member.Name, Readings?.TextOf(ordinal) ?? $"{Figures.Count(member.Share.All)} slots")
        : Readings is { } readings && readings.Measure != RingMeasure.P99
            ? (InAll(readings.Measure), readings.TextOf(readings.Sum))
            : ("epoch", Figures.Count(Layout!.Epoch));

    private string Description => string.Join(", ", Snapshot.Members.Where(member => member.Ordinal is not null)
        .Select(member => Readings is { } readings
            ? $"{member.Name} {readings.TextOf(member.Ordinal!.Value)}"
            : $"{member.Name} {Figures.Count(member.Share.All)} slots")
        .Concat(Newcomer is null ? [] : [$"{Newcomer.Name} would have {Figures.Count(Newcomer.Slots)} slots"]));

    private string Outside => ShowsBands && _bands.Length > 0
        ? $"Outside, {_bands.Max(band => band.Rank)} circles: whose token comes first from there, then second, and so on."
        : "Outside, the tokens: each stretch belongs to the member whose token ends it.";

    protected override void OnParametersSet()
    {
        RingLayout? before = Layout;
        base.OnParametersSet();
        if (Layout != before)
        {
            _bands = RingBands.Of(Snapshot.Topology!);
        }

        _nodes = Readings is { } readings ? Layout?.NodesBy(readings.RatioOf) ?? [] : Layout?.Nodes ?? [];
    }

    // What is held by several counts for each of them.
    private static string InAll(RingMeasure measure) => measure switch
    {
        RingMeasure.Slots or RingMeasure.Keys or RingMeasure.Bytes => $"{MeasureReadings.NameOf(measure).ToLowerInvariant()}, with replicas",
        _ => MeasureReadings.NameOf(measure).ToLowerInvariant(),
    };

    private string? CaptionOf(RingNode node) => node.IsNewcomer ? Figures.Count(Newcomer!.Slots) : Readings?.TextOf(node.Ordinal);

    private string BandClass(int ordinal) => Selected is { } selected && selected != ordinal ? "faint" : "";

    private bool Serves(int ordinal) => Snapshot.Member(ordinal)?.ServesReads == true;

    /// <summary>1 for the first owner of the key looked up, 2 for the second, ...; 0 for who does not own it.</summary>
    private int RankOf(int ordinal)
    {
        ImmutableArray<ReplicaExplanation> replicas = Explanation?.Replicas ?? [];
        string? name = Snapshot.Member(ordinal)?.Name;
        for (int i = 0; i < replicas.Length; i++)
        {
            if (replicas[i].Name == name)
            {
                return i + 1;
            }
        }

        return 0;
    }
}

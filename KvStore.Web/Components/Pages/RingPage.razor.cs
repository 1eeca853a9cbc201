using System.Collections.Immutable;
using KvStore.Web.Cluster;
using KvStore.Web.Ring;
using Microsoft.AspNetCore.Components;

namespace KvStore.Web.Components.Pages;

/// <summary>The ring by any measure, as a circle or as lines, with what moves.</summary>
public sealed partial class RingPage
{
    private const string AsRing = "ring";
    private const string AsStrip = "strip";

    private MeasureReadings _readings = MeasureReadings.Of(ClusterSnapshot.Empty, RingMeasure.Slots);
    private ImmutableArray<RingFlow> _flows = [];
    private int? _selected;

    [CascadingParameter]
    public required ClusterSnapshot Snapshot { get; set; }

    /// <summary>What the discs show.</summary>
    [SupplyParameterFromQuery]
    public string? Measure { get; set; }

    /// <summary>"ring" or "strip"; by the number of members where it is neither.</summary>
    [SupplyParameterFromQuery]
    public string? As { get; set; }

    private RingMeasure Chosen => _readings.Measure;

    private bool IsStrip => As switch
    {
        AsRing => false,
        AsStrip => true,
        _ => Snapshot.Topology?.Members.Length >= StripLayout.MembersFrom,
    };

    protected override void OnParametersSet()
    {
        _readings = MeasureReadings.Of(Snapshot, MeasureReadings.Parse(Measure));
        _flows = ChordLayout.MovingIn(Snapshot);
    }

    private static string AddressOf(RingMeasure measure, string? shownAs) =>
        $"/ring?measure={MeasureReadings.WordOf(measure)}{(shownAs is AsRing or AsStrip ? $"&as={shownAs}" : "")}";

    private void Select(int ordinal) => _selected = _selected == ordinal ? null : ordinal;
}

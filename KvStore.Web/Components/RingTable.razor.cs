using System.Collections.Immutable;
using System.Globalization;
using KvStore.Client;
using KvStore.Web.Cluster;
using KvStore.Web.Display;
using KvStore.Web.Ring;
using Microsoft.AspNetCore.Components;

namespace KvStore.Web.Components;

/// <summary>What the ring shows, in words and figures; with strips it takes the ring's place.</summary>
public sealed partial class RingTable
{
    private ImmutableDictionary<int, string> _strips = ImmutableDictionary<int, string>.Empty;
    private ClusterTopology? _laidOut;

    [Parameter]
    [EditorRequired]
    public required ClusterSnapshot Snapshot { get; set; }

    [Parameter]
    [EditorRequired]
    public required MeasureReadings Readings { get; set; }

    /// <summary>Whether every line shows where on the ring the member comes first.</summary>
    [Parameter]
    public bool HasStrips { get; set; }

    [Parameter]
    public int? Selected { get; set; }

    private double Replicas => Snapshot.Members.Sum(member => (double)member.Share.All);

    protected override void OnParametersSet()
    {
        if (HasStrips && Snapshot.Topology is { } topology && topology != _laidOut)
        {
            _strips = StripLayout.Of(topology);
            _laidOut = topology;
        }
    }

    private string Deviation(int ordinal) => Readings.Mean > 0 && Readings.Values.GetValueOrDefault(ordinal) is not null
        ? string.Create(CultureInfo.InvariantCulture, $"{(Readings.RatioOf(ordinal) - 1) * 100:+0;−0;±0} %")
        : "–";

    private string Percent(double slots) => Replicas > 0 ? Figures.Percent(slots / Replicas) : "–";
}

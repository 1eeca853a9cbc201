using KvStore.Web.Cluster;
using KvStore.Web.Display;
using Microsoft.AspNetCore.Components;

namespace KvStore.Web.Components;

/// <summary>How the cluster is, in a sentence, and the few figures that say how busy it is.</summary>
public sealed partial class StatusLine
{
    [Parameter]
    [EditorRequired]
    public required ClusterSnapshot Snapshot { get; set; }

    private string Level => Snapshot.Health.Level.ToString().ToLowerInvariant();

    private static string Rate(double? perSecond) => perSecond is { } rate ? Figures.Rate(rate) : "…";
}

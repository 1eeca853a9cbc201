using KvStore.Web.Cluster;
using Microsoft.AspNetCore.Components;

namespace KvStore.Web.Components;

/// <summary>How the cluster is, in a sentence, and the few figures that say how busy it is.</summary>
public sealed partial class StatusLine
{
    [Parameter]
    [EditorRequired]
    public required ClusterSnapshot Snapshot { get; set; }

    private string Level => Snapshot.Health.Level.ToString().ToLowerInvariant();

    // What is as it should be is said too; what waits has a tile of its own.
    private string Hints => Snapshot.Health.Level == HealthLevel.Healthy
        ? Snapshot.Told.Any(status => status.Peers.Any(peer => peer.Hints > 0)) ? ", some hints waiting" : ", no hints waiting"
        : "";
}

using KvStore.Web.Cluster;
using KvStore.Web.Ring;
using Microsoft.AspNetCore.Components;

namespace KvStore.Web.Components;

/// <summary>What every picture of the ring has: the members of a snapshot in their places.</summary>
public abstract class RingPicture : ComponentBase
{
    [Parameter]
    [EditorRequired]
    public required ClusterSnapshot Snapshot { get; set; }

    /// <summary>Null until a node has told the topology.</summary>
    private protected RingLayout? Layout { get; private set; }

    /// <summary>Who would join by what the picture shows; null for nobody.</summary>
    private protected virtual RingNewcomer? Joining => null;

    protected override void OnParametersSet()
    {
        // Laid out once a topology, not once a snapshot.
        if (Snapshot.Topology is { } topology && Layout?.IsOf(topology, Joining) != true)
        {
            Layout = RingLayout.Of(topology, Joining);
        }
    }
}

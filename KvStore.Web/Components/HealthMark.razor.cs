using KvStore.Web.Cluster;
using Microsoft.AspNetCore.Components;

namespace KvStore.Web.Components;

/// <summary>The level of the cluster's health as a picture.</summary>
public sealed partial class HealthMark
{
    [Parameter]
    [EditorRequired]
    public required HealthLevel Level { get; set; }
}

using KvStore.Web.Cluster;
using Microsoft.AspNetCore.Components;

namespace KvStore.Web.Components.Pages;

/// <summary>All members side by side, and how they see each other.</summary>
public sealed partial class MembersPage
{
    [CascadingParameter]
    public required ClusterSnapshot Snapshot { get; set; }
}

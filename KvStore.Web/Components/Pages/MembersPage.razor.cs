using KvStore.Web.Cluster;
using Microsoft.AspNetCore.Components;

namespace KvStore.Web.Components.Pages;

/// <summary>All members side by side, and how they see each other.</summary>
public sealed partial class MembersPage
{
    [CascadingParameter]
    public required ClusterSnapshot Snapshot { get; set; }

    /// <summary>Names of members that are to stand beside each other, with commas between.</summary>
    [SupplyParameterFromQuery]
    public string? Beside { get; set; }
}

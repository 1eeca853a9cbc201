using System.Collections.Immutable;
using KvStore.Web.Cluster;
using Microsoft.AspNetCore.Components;

namespace KvStore.Web.Components;

/// <summary>Some members side by side, fact by fact. Which, the address says.</summary>
public sealed partial class MembersBeside
{
    private ImmutableArray<MemberView> _members = [];

    [Parameter]
    [EditorRequired]
    public required ClusterSnapshot Snapshot { get; set; }

    /// <summary>Their names, with commas between; null for none.</summary>
    [Parameter]
    [EditorRequired]
    public required string? Names { get; set; }

    protected override void OnParametersSet() => _members = MemberComparison.Named(Names, Snapshot);
}

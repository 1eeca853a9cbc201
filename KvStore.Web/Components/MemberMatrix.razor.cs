using KvStore.Web.Cluster;
using Microsoft.AspNetCore.Components;

namespace KvStore.Web.Components;

/// <summary>Who sees whom, and how fast.</summary>
public sealed partial class MemberMatrix
{
    // With more members a cell has room for its mark only.
    private const int WordsMax = 12;

    [Parameter]
    [EditorRequired]
    public required ClusterSnapshot Snapshot { get; set; }
}

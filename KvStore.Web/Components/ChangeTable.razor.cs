using KvStore.Client;
using Microsoft.AspNetCore.Components;

namespace KvStore.Web.Components;

/// <summary>Changes of members, the newest first.</summary>
public sealed partial class ChangeTable
{
    [Parameter]
    [EditorRequired]
    public required IReadOnlyList<PastChange> Changes { get; set; }
}

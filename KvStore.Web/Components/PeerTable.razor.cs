using KvStore.Client;
using Microsoft.AspNetCore.Components;

namespace KvStore.Web.Components;

/// <summary>The other members as one member sees them.</summary>
public sealed partial class PeerTable
{
    [Parameter]
    [EditorRequired]
    public required MemberStatus Status { get; set; }
}

using Microsoft.AspNetCore.Components;

namespace KvStore.Web.Components.Layout;

/// <summary>A page's picture in the bar.</summary>
public sealed partial class NavIcon
{
    [Parameter]
    [EditorRequired]
    public required string Name { get; set; }
}

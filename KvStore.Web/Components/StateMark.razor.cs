using Microsoft.AspNetCore.Components;

namespace KvStore.Web.Components;

/// <summary>A small mark beside words.</summary>
public sealed partial class StateMark
{
    /// <summary>good, warn, bad, or anything else for neither.</summary>
    [Parameter]
    [EditorRequired]
    public required string Tone { get; set; }
}

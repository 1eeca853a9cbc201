using System.Collections.Immutable;
using Microsoft.AspNetCore.Components;

namespace KvStore.Web.Components;

/// <summary>The last two minutes as a small line. What it says now stands beside it in words.</summary>
public sealed partial class Sparkline
{
    [Parameter]
    [EditorRequired]
    public required ImmutableArray<double?> Values { get; set; }
}

using KvStore.Client;
using Microsoft.AspNetCore.Components;

namespace KvStore.Web.Components;

/// <summary>What a change of members would move, in figures.</summary>
public sealed partial class PlanTables
{
    private const int MovesMax = 40;

    [Parameter]
    [EditorRequired]
    public required ChangePlan Plan { get; set; }
}

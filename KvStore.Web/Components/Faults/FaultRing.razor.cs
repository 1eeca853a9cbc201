using System.Collections.Immutable;
using KvStore.Client;
using KvStore.Web.Faults;
using KvStore.Web.Ring;
using Microsoft.AspNetCore.Components;

namespace KvStore.Web.Components.Faults;

/// <summary>Chooses members by pressing them on the ring, and draws what a fault comes between.</summary>
public sealed partial class FaultRing
{
    /// <summary>What is chosen so far.</summary>
    [Parameter]
    [EditorRequired]
    public required FaultChoice Choice { get; set; }

    /// <summary>Names of those that can be chosen.</summary>
    [Parameter]
    [EditorRequired]
    public required IReadOnlySet<string> Harmable { get; set; }

    [Parameter]
    [EditorRequired]
    public required ImmutableArray<StandingFault> Standing { get; set; }

    [Parameter]
    public bool IsShut { get; set; }

    /// <summary>A member was pressed: its name.</summary>
    [Parameter]
    public EventCallback<string> OnToggle { get; set; }

    private FaultPlan Plan => FaultPlan.Of(Choice, [.. Layout!.Nodes.Select(node => node.Name)]);
}

using System.Collections.Immutable;
using KvStore.Web.Slots;
using Microsoft.AspNetCore.Components;

namespace KvStore.Web.Components.Slots;

/// <summary>The square of slots in numbers, a row of it a row.</summary>
public sealed partial class SlotTable
{
    [Parameter]
    [EditorRequired]
    public required ImmutableArray<SlotRow> Rows { get; set; }

    /// <summary>That the busiest slot is chosen by.</summary>
    [Parameter]
    [EditorRequired]
    public required SlotMeasure Measure { get; set; }
}

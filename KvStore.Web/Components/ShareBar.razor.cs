using System.Globalization;
using KvStore.Web.Display;
using Microsoft.AspNetCore.Components;

namespace KvStore.Web.Components;

/// <summary>
/// What a member has against the mean, as a bar in its colour: the mark in the middle is the mean, and twice as much fills it.
/// Words beside it say the same.
/// </summary>
public sealed partial class ShareBar
{
    [Parameter]
    [EditorRequired]
    public required int? Ordinal { get; set; }

    /// <summary>1 is the mean.</summary>
    [Parameter]
    [EditorRequired]
    public required double Ratio { get; set; }

    private string Part => Math.Min(Ratio / 2, 1).ToString("0.###", CultureInfo.InvariantCulture);
}

using KvStore.Web.Slots;
using Microsoft.AspNetCore.Components;

namespace KvStore.Web.Components.Slots;

/// <summary>Which colour stands for which figures.</summary>
public sealed partial class HeatLegend
{
    [Parameter]
    [EditorRequired]
    public required HeatScale Scale { get; set; }

    /// <summary>A figure in words.</summary>
    [Parameter]
    [EditorRequired]
    public required Func<double, string> Words { get; set; }

    private static string ChipStyle(int color) => $"--light:{HeatPalette.Light[color]};--dark:{HeatPalette.Dark[color]}";

    private string WordsOf(int step)
    {
        string from = Words(Scale.Bounds[step - 1]);
        if (Scale.IsWhole && step < Scale.Bounds.Length && Scale.Bounds[step] == Scale.Bounds[step - 1] + 1)
        {
            return from; // one number only
        }

        return step == Scale.Bounds.Length
            ? Words(Scale.Most) == from ? from : $"{from} to {Words(Scale.Most)}"
            : Scale.Bounds[step - 1] == 0 ? $"below {Words(Scale.Bounds[step])}" : $"from {from}";
    }
}

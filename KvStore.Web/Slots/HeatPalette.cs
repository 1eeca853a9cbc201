using System.Collections.Immutable;

namespace KvStore.Web.Slots;

/// <summary>
/// Colours that rise in lightness from step to step, so that they can be told apart whatever somebody's eyes make of hues, and
/// on paper: from cividis (Nuñez, Anderton, Renslow 2018) on a dark ground, and the other way round on a light one.
/// </summary>
public static class HeatPalette
{
    /// <summary>One for "nothing" and one for each of <see cref="HeatScale.StepsMax"/> steps.</summary>
    public const int Count = HeatScale.StepsMax + 1;

    public static ImmutableArray<string> Dark { get; } =
        ["#1e222b", "#00336f", "#35456c", "#565a6e", "#747274", "#938b78", "#b5a872", "#d8c662", "#fee838"];

    public static ImmutableArray<string> Light { get; } =
        ["#f1f3f6", "#f4df6a", "#dac66b", "#bbab75", "#9b9179", "#7d7975", "#5f626f", "#3b4a6c", "#00204d"];
}

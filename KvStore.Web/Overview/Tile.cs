using System.Collections.Immutable;

namespace KvStore.Web.Overview;

/// <summary>One figure of the overview.</summary>
/// <param name="Name">What it is.</param>
/// <param name="Value">The figure now, with its unit.</param>
/// <param name="Detail">What else there is to say, in a few words.</param>
/// <param name="Tone">What it means.</param>
/// <param name="Rule">By which rule it means that, for who asks.</param>
/// <param name="History">Of the last two minutes, the newest last; null where it was not known. Empty where none is kept.</param>
internal sealed record Tile(string Name, string Value, string Detail, TileTone Tone, string Rule, ImmutableArray<double?> History)
{
    /// <summary>The page that shows more of it; null where there is none.</summary>
    public string? Link { get; init; }
}

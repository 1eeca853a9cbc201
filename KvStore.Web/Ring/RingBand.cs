namespace KvStore.Web.Ring;

/// <summary>Where one member is the owner of one rank.</summary>
/// <param name="Ordinal">The member.</param>
/// <param name="Rank">1 for the first owner.</param>
/// <param name="Path">All stretches as one SVG path to be stroked.</param>
/// <param name="Width">Of the stroke.</param>
internal sealed record RingBand(int Ordinal, int Rank, string Path, double Width);

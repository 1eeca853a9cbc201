namespace KvStore.Web.Ring;

/// <summary>The stretches of the ring that end at one member's tokens.</summary>
/// <param name="Ordinal">The member.</param>
/// <param name="Path">All of them, as one SVG path to be stroked.</param>
/// <param name="Share">Of the whole ring, 0 to 1.</param>
/// <param name="Tokens">How many tokens the member has.</param>
internal sealed record RingArcs(int Ordinal, string Path, double Share, int Tokens);

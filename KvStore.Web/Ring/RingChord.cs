namespace KvStore.Web.Ring;

/// <summary>A flow as it is drawn.</summary>
/// <param name="Ordinal">Of who gives: the chord has its colour.</param>
/// <param name="Path">From disc to disc.</param>
/// <param name="Width">Of the stroke: its square grows with the bytes.</param>
internal sealed record RingChord(RingFlow Flow, int Ordinal, string Path, double Width);

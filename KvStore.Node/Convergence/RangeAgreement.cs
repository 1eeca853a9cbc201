namespace KvStore.Node.Convergence;

/// <summary>A range of slots.</summary>
/// <param name="Age">Since all of it was last found alike with every other member; null if that was never.</param>
internal sealed record RangeAgreement(int First, int Last, TimeSpan? Age);

namespace KvStore.Node.Convergence;

/// <summary>How often replicas compare themselves, and how fast they are brought together.</summary>
/// <param name="CompareInterval">Between two comparisons of this member with some other; each is drawn anew from half to one and a half of it.</param>
/// <param name="SweepInterval">Between two sweeps for tombstones, likewise.</param>
/// <param name="KeysPerSecondMax">Keys repaired and tombstones purged in a second, each, at most.</param>
internal sealed record UpkeepSettings(TimeSpan CompareInterval, TimeSpan SweepInterval, int KeysPerSecondMax)
{
    public static readonly UpkeepSettings Default = new(TimeSpan.FromSeconds(5), TimeSpan.FromSeconds(10), 500);
}

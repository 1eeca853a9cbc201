namespace KvStore.Node.Coordination;

/// <summary>What was asked of one lane's slots.</summary>
/// <param name="Reads">Of the lane's slots in their order.</param>
/// <param name="Writes">As <paramref name="Reads"/>.</param>
/// <param name="Hottest">Keys asked for most, the first the most.</param>
/// <param name="Over">The time up to now in which they were.</param>
internal sealed record LaneTrafficReport(
    int Lane, int Lanes, long[] Reads, long[] Writes, IReadOnlyList<KeyFrequency> Hottest, TimeSpan Over);

namespace KvStore.Tests.Simulation;

/// <summary>
/// All chance of one run: a seed, and one stream a concern. A draw more in one stream never moves another, so a change to
/// the network model leaves the workload of a found seed as it was.
/// </summary>
internal sealed class RandomStreams(ulong seed)
{
    public ulong Seed => seed;

    public SeededRandom Schedule { get; } = Of(seed, "schedule");

    public SeededRandom Network { get; } = Of(seed, "network");

    public SeededRandom Disk { get; } = Of(seed, "disk");

    public SeededRandom Clocks { get; } = Of(seed, "clocks");

    public SeededRandom Workload { get; } = Of(seed, "workload");

    public SeededRandom Faults { get; } = Of(seed, "faults");

    /// <summary>A stream of its own for anything else, such as one member's own chance.</summary>
    public SeededRandom Of(string concern) => Of(seed, concern);

    private static SeededRandom Of(ulong seed, string concern)
    {
        var name = new TraceHash();
        name.Add(concern);
        return new SeededRandom(SeededRandom.SplitMix(ref seed) ^ name.Value);
    }
}

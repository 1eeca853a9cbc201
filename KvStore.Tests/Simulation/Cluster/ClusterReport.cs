using System.Globalization;

namespace KvStore.Tests.Simulation.Cluster;

/// <summary>What a run did and what the oracles say of it.</summary>
/// <param name="Checked">Operations the checker judged: all but reads that were not answered.</param>
/// <param name="FaultsInFlight">Faults that came while a client waited for an answer.</param>
/// <param name="IsDamaged">Whether a disk lost something that had been there.</param>
/// <param name="DiskFull">Operations refused for want of space.</param>
/// <param name="HeldRounds">Rounds that began with a held promise.</param>
/// <param name="Upkeep">Hints, repairs and purges.</param>
/// <param name="Load">Hedges, probes, and work dropped because its time was over.</param>
/// <param name="Violation">Null if nothing is wrong.</param>
/// <param name="History">Every operation in words, if it was asked for.</param>
internal sealed record ClusterReport(
    ulong Seed,
    int Operations,
    int Checked,
    int Committed,
    int NotApplied,
    int Unknown,
    int Faults,
    int FaultsInFlight,
    bool IsDamaged,
    int DiskFull,
    long HeldRounds,
    UpkeepCounts Upkeep,
    LoadCounts Load,
    NetworkCounts Network,
    long Steps,
    TimeSpan VirtualTime,
    string TraceHash,
    string? Violation,
    IReadOnlyList<string> History)
{
    /// <summary>Changes of members that were completed, and given up.</summary>
    public int ChangesCompleted { get; init; }

    public int ChangesAbandoned { get; init; }

    /// <summary>Writes that a key's only owner decided by itself.</summary>
    public long SoleRounds { get; init; }

    /// <summary>A run that did too little proves nothing: under 30 % answered, or no fault hit an operation.</summary>
    public bool IsVoid => Violation is null && (Committed * 10 < Operations * 3 || FaultsInFlight == 0);

    /// <summary>"seed 7: 142 operations (...), trace 1f..: ok" in one line, or the violation in words.</summary>
    public string Describe() => string.Create(
        CultureInfo.InvariantCulture,
        $"seed {Seed}: {Operations} operations ({Committed} committed, {NotApplied} not applied, {Unknown} unknown), {Faults} faults, "
        + $"{VirtualTime.TotalSeconds:0.0} s, trace {TraceHash}: {Violation ?? (IsVoid ? "void" : "ok")}");
}

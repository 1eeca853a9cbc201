using System.Globalization;

namespace KvStore.Tests.Simulation.Elections;

/// <summary>What one seed of an <see cref="ElectionRun"/> did.</summary>
/// <param name="Violation">What must not be; null if nothing.</param>
internal sealed record ElectionReport(
    ulong Seed, int Epochs, int Decided, int Superseded, int Unknown, int Crashes, NetworkCounts Network, string Trace, string? Violation)
{
    public string Describe() => string.Create(
        CultureInfo.InvariantCulture,
        $"seed {Seed} trace {Trace} epochs {Epochs} decided {Decided} superseded {Superseded} unknown {Unknown} crashes {Crashes}{(Violation is null ? "" : $": {Violation}")}");
}

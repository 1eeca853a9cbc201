using System.Globalization;

namespace KvStore.Tests.Simulation.StartUp;

/// <summary>What one seed of a <see cref="StartRun"/> did.</summary>
/// <param name="Epochs">Of all its clusters.</param>
/// <param name="Violation">What must not be; null if nothing.</param>
internal sealed record StartReport(ulong Seed, int Epochs, StartCounts Counts, NetworkCounts Network, TimeSpan VirtualTime, long Steps, string Trace, string? Violation)
{
    public string Describe() => string.Create(
        CultureInfo.InvariantCulture,
        $"seed {Seed} trace {Trace} epochs {Epochs} joined {Counts.Joined} left {Counts.Left} replaced {Counts.Replaced} evicted {Counts.Evicted} crashes {Counts.Crashes} steps {Steps} in {VirtualTime.TotalSeconds:0.0} s{(Violation is null ? "" : $": {Violation}")}");
}

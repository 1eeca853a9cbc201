namespace KvStore.Bench.Measuring;

/// <summary>What one window showed.</summary>
/// <param name="PerSecond">Calls that succeeded, a second.</param>
/// <param name="Median">Half of them took no longer.</param>
/// <param name="P99">99 of a hundred took no longer.</param>
/// <param name="Failures">Calls that failed; they count for nothing else.</param>
internal sealed record Measurement(double PerSecond, TimeSpan Median, TimeSpan P99, long Failures)
{
    /// <summary>Microseconds of CPU for each call in the members' processes and in this one; 0 where it was not measured.</summary>
    public (double Members, double Bench) Cpu { get; init; }

    public static Measurement Of(Latencies latencies, TimeSpan elapsed, long failures) =>
        new(latencies.Count / elapsed.TotalSeconds, latencies.Percentile(0.5), latencies.Percentile(0.99), failures);

    /// <summary>The middle one of each figure over several windows; failures are added up.</summary>
    public static Measurement MedianOf(IReadOnlyList<Measurement> windows) => new(
        Medians.Of(windows.Select(window => window.PerSecond)),
        TimeSpan.FromTicks((long)Medians.Of(windows.Select(window => (double)window.Median.Ticks))),
        TimeSpan.FromTicks((long)Medians.Of(windows.Select(window => (double)window.P99.Ticks))),
        windows.Sum(window => window.Failures))
    {
        Cpu = (Medians.Of(windows.Select(window => window.Cpu.Members)), Medians.Of(windows.Select(window => window.Cpu.Bench))),
    };
}

using KvStore.Bench.Measuring;
using KvStore.Node.Storage.Log;

namespace KvStore.Bench.Stores;

/// <summary>Durable writes by 1, 16 and 64 writers, beside a bare write and sync of the same bytes and beside FasterLog.</summary>
internal sealed class CommitBench(StoreBenchOptions options)
{
    private const int Keys = 10_000;

    private static readonly int[] Writers = [1, 16, 64];

    public async Task RunAsync(CancellationToken cancellationToken)
    {
        await using StoreDriver driver = StoreDriver.Open(StoreDriver.OptionsOf(Path.Combine(options.DataDirectory, "commits"), 64 << 10), Keys, options.ValueBytes);
        int bytes = LogFrame.LengthWith(LogPayload.LengthOf(driver.Next(0))) + LogFrame.HeaderLength;
        using DiskAnchor disk = new(options.DataDirectory, bytes);
        using FasterLogWriter faster = new(Path.Combine(options.DataDirectory, "fasterlog"), bytes);

        (string Name, int Writers, Func<TimeSpan, Task<(Measurement, double)>> Measure)[] rows =
        [
            ("pwrite + fdatasync", 1, async time => await disk.MeasureAsync(time, cancellationToken) is var raw ? (raw, raw.PerSecond) : default),
            ("FasterLog", 1, time => Task.FromResult(faster.Measure(time) is var log ? (log, log.PerSecond) : default)),
            .. Writers.Select(writers => (
                "store", writers, (Func<TimeSpan, Task<(Measurement, double)>>)(time =>
                    Task.FromResult((WritersLoop.Run(driver, writers, time, out double commits), commits))))),
        ];
        foreach ((_, _, Func<TimeSpan, Task<(Measurement, double)>> measure) in rows)
        {
            await measure(options.WarmUp / rows.Length);
        }

        List<Sample>[] samples = [.. rows.Select(_ => new List<Sample>())];
        for (int window = 0; window < options.Windows; window++)
        {
            for (int row = 0; row < rows.Length; row++)
            {
                cancellationToken.ThrowIfCancellationRequested();
                CpuTime cpu = new();
                (Measurement measured, double commits) = await rows[row].Measure(options.Time);
                samples[row].Add(new Sample(measured, commits, cpu.MicrosecondsEach(commits * options.Time.TotalSeconds)));
            }
        }

        Console.WriteLine($"\ndurable writes of {options.ValueBytes} bytes, {bytes} bytes of log a commit of one");
        const int Raw = 0;
        const int One = 2;
        Report.Table(
            ["", "writers", "writes/s", "commits/s", "p50 ms", "p99 ms", "CPU µs a commit", "p50 of raw", "CPU of raw", "writes of one writer"],
            [.. rows.Select((row, index) => RowOf(row.Name, row.Writers, samples[index], samples[Raw], samples[One]))]);
    }

    private static string[] RowOf(string name, int writers, List<Sample> windows, List<Sample> raw, List<Sample> one)
    {
        Measurement median = Measurement.MedianOf([.. windows.Select(window => window.Measured)]);
        return
        [
            name,
            Report.Count(writers),
            Report.Count(median.PerSecond),
            Report.Count(Medians.Of(windows.Select(window => window.Commits))),
            Report.Milliseconds(median.Median),
            Report.Milliseconds(median.P99),
            Report.Count(Medians.Of(windows.Select(window => window.Cpu))),
            Report.Ratio(Medians.Of(windows.Zip(raw, (window, anchor) => window.Measured.Median / anchor.Measured.Median))),
            Report.Ratio(Medians.Of(windows.Zip(raw, (window, anchor) => window.Cpu / anchor.Cpu))),
            Report.Ratio(Medians.Of(windows.Zip(one, (window, anchor) => window.Measured.PerSecond / anchor.Measured.PerSecond))),
        ];
    }

    /// <param name="Commits">A second.</param>
    /// <param name="Cpu">Microseconds a commit.</param>
    private sealed record Sample(Measurement Measured, double Commits, double Cpu);
}

using System.Diagnostics;
using KvStore.Bench.Measuring;
using KvStore.Node.Storage;

namespace KvStore.Bench.Stores;

/// <summary>Data ten times the memory budget: reads that need the disk, each checked, and what the process takes.</summary>
internal static class LargerBench
{
    private const int Times = 10;
    private const int LargeBytes = 1024;
    private const int Reads = 20_000;
    private const long Budget = 32 << 20;

    public static async Task RunAsync(string directory, CancellationToken cancellationToken)
    {
        const int Keys = (int)(Times * Budget / LargeBytes);
        long before = ProcessBytes();
        StoreOptions store = StoreDriver.OptionsOf(Path.Combine(directory, "larger"), 64 << 10) with { MemoryBytesMax = Budget };
        await using StoreDriver driver = StoreDriver.Open(store, Keys, LargeBytes);
        long keys = ProcessBytes() - before;
        driver.WriteAll(Enumerable.Range(0, Keys));
        cancellationToken.ThrowIfCancellationRequested();

        Random random = new(3);
        Latencies latencies = new();
        int fromDisk = 0;
        long begun = Stopwatch.GetTimestamp();
        for (int i = 0; i < Reads; i++)
        {
            long since = Stopwatch.GetTimestamp();
            bool inMemory = driver.ReadAndCheck(random.Next(Keys));
            if (!inMemory)
            {
                fromDisk++;
                latencies.Add(Stopwatch.GetElapsedTime(since));
            }
        }

        Measurement measured = Measurement.Of(latencies, Stopwatch.GetElapsedTime(begun), failures: 0);
        long grown = ProcessBytes() - before - keys;
        Console.WriteLine(
            $"\ndata of {Times} × a memory budget of {Report.Mebibytes(Budget)} MiB, {Report.Count(Keys)} values of {LargeBytes} bytes, "
            + $"{Report.Count(Reads)} random reads, all checked");
        Report.Table(
            ["", "reads/s", "from disk", "p50 µs", "p99 µs", "process grew MiB", "of budget"],
            [
                [
                    "reads",
                    Report.Count(measured.PerSecond),
                    $"{100.0 * fromDisk / Reads:0} %",
                    Report.Microseconds(measured.Median),
                    Report.Microseconds(measured.P99),
                    Report.Mebibytes(grown),
                    Report.Ratio((double)grown / Budget),
                ],
            ]);
    }

    private static long ProcessBytes()
    {
        GC.Collect();
        GC.WaitForPendingFinalizers();
        GC.Collect();
        using Process self = Process.GetCurrentProcess();
        return self.WorkingSet64;
    }
}

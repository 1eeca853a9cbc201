using System.Diagnostics;
using KvStore.Bench.Measuring;

namespace KvStore.Bench.Stores;

/// <summary>Upserts and reads of records in memory, by one lane, at the store's own surface.</summary>
internal sealed class ReadBench(StoreBenchOptions options)
{
    private const int Keys = 200_000;
    private const int ReadsBetweenClocks = 1024;

    public async Task RunAsync(CancellationToken cancellationToken)
    {
        await using StoreDriver driver = StoreDriver.Open(StoreDriver.OptionsOf(Path.Combine(options.DataDirectory, "reads"), 64 << 10), Keys, options.ValueBytes);
        long begun = Stopwatch.GetTimestamp();
        driver.WriteAll(Enumerable.Range(0, Keys));
        double writes = Keys / Stopwatch.GetElapsedTime(begun).TotalSeconds;

        Read(driver, options.WarmUp / 2);
        List<double> windows = [];
        for (int window = 0; window < options.Windows; window++)
        {
            cancellationToken.ThrowIfCancellationRequested();
            windows.Add(Read(driver, options.Time));
        }

        Console.WriteLine($"\nin memory, {Report.Count(Keys)} keys, values of {options.ValueBytes} bytes, one lane on one core");
        Report.Table(
            ["", "a second", "least", "most"],
            [
                ["durable writes in batches, applied", Report.Count(writes), "", ""],
                ["reads", Report.Count(Medians.Of(windows)), Report.Count(windows.Min()), Report.Count(windows.Max())],
            ]);
    }

    private static double Read(StoreDriver driver, TimeSpan time)
    {
        Random random = new(7);
        int[] order = [.. Enumerable.Range(0, 1 << 16).Select(_ => random.Next(driver.Keys))];
        long reads = 0;
        long begun = Stopwatch.GetTimestamp();
        while (Stopwatch.GetElapsedTime(begun) < time)
        {
            for (int i = 0; i < ReadsBetweenClocks; i++)
            {
                if (!driver.TryRead(order[(int)(reads++ % order.Length)]))
                {
                    throw new InvalidOperationException("A record that was written is not in memory.");
                }
            }
        }

        return reads / Stopwatch.GetElapsedTime(begun).TotalSeconds;
    }
}

using System.Collections.Concurrent;
using System.Diagnostics;
using System.Globalization;
using KvStore.Bench.Measuring;
using KvStore.Node.Registers;
using KvStore.Node.Ring;

namespace KvStore.Bench.Stores;

/// <summary>
/// Upserts and reads of records in memory, by one lane, at the store's own surface. Each window's reads stand beside those of a
/// dictionary that holds the same records as objects, by the same thread in the same order: what finding a key costs at the least.
/// </summary>
internal sealed class ReadBench(StoreBenchOptions options)
{
    private const int ReadsBetweenClocks = 1024;

    /// <summary>Keys drawn once; they are read in this order over and over.</summary>
    private const int OrderLength = 1 << 16;

    public async Task RunAsync(CancellationToken cancellationToken)
    {
        await using StoreDriver driver = StoreDriver.Open(StoreDriver.OptionsOf(Path.Combine(options.DataDirectory, "reads"), 64 << 10), options.Keys, options.ValueBytes);
        long begun = Stopwatch.GetTimestamp();
        driver.WriteAll(Enumerable.Range(0, options.Keys));
        double writes = options.Keys / Stopwatch.GetElapsedTime(begun).TotalSeconds;
        ConcurrentDictionary<Key, RegisterRecord> records = driver.ToDictionary();
        Random random = new(7);
        int[] order = [.. Enumerable.Range(0, OrderLength).Select(_ => random.Next(options.Keys))];

        Read(driver.TryRead, order, options.WarmUp / 2);
        Read(FromDictionary, order, options.WarmUp / 2);
        List<(Reads Store, Reads Anchor)> windows = [];
        for (int window = 0; window < options.Windows; window++)
        {
            cancellationToken.ThrowIfCancellationRequested();
            windows.Add((Read(driver.TryRead, order, options.Time / 2), Read(FromDictionary, order, options.Time / 2)));
        }

        Console.WriteLine($"\nin memory, {Report.Count(options.Keys)} keys, values of {options.ValueBytes} bytes, one lane on one core");
        Report.Table(
            ["", "a second", "least", "most", "of anchor", "CPU µs", "allocated bytes"],
            [
                ["durable writes in batches, applied", Report.Count(writes), "", "", "", "", ""],
                Row("a dictionary's reads, the anchor", [.. windows.Select(pair => pair.Anchor)], 1),
                Row("reads", [.. windows.Select(pair => pair.Store)], Medians.Of(windows.Select(pair => pair.Store.PerSecond / pair.Anchor.PerSecond))),
            ]);

        bool FromDictionary(int key) => records.TryGetValue(driver.KeyOf(key), out RegisterRecord record) && !record.IsAbsent;
    }

    private static string[] Row(string name, Reads[] windows, double ofAnchor) =>
    [
        name,
        Report.Count(Medians.Of(windows.Select(reads => reads.PerSecond))),
        Report.Count(windows.Min(reads => reads.PerSecond)),
        Report.Count(windows.Max(reads => reads.PerSecond)),
        Report.Ratio(ofAnchor),
        Medians.Of(windows.Select(reads => reads.MicrosecondsEach)).ToString("0.000", CultureInfo.InvariantCulture),
        Report.Count(Medians.Of(windows.Select(reads => reads.BytesEach))),
    ];

    private static Reads Read(Func<int, bool> tryRead, int[] order, TimeSpan time)
    {
        long count = 0;
        long allocatedBefore = GC.GetAllocatedBytesForCurrentThread();
        CpuTime cpu = new();
        long begun = Stopwatch.GetTimestamp();
        while (Stopwatch.GetElapsedTime(begun) < time)
        {
            for (int i = 0; i < ReadsBetweenClocks; i++)
            {
                if (!tryRead(order[(int)(count++ % order.Length)]))
                {
                    throw new InvalidOperationException("A record that was written is not in memory.");
                }
            }
        }

        TimeSpan elapsed = Stopwatch.GetElapsedTime(begun);
        double microseconds = cpu.MicrosecondsEach(count);
        return new Reads(count / elapsed.TotalSeconds, microseconds, (GC.GetAllocatedBytesForCurrentThread() - allocatedBefore) / (double)count);
    }

    /// <param name="MicrosecondsEach">CPU of the whole process, with what its garbage collections take.</param>
    /// <param name="BytesEach">Allocated for one read.</param>
    private readonly record struct Reads(double PerSecond, double MicrosecondsEach, double BytesEach);
}

using System.Diagnostics;
using KvStore.Bench.Measuring;
using KvStore.Node.Storage;

namespace KvStore.Bench.Stores;

/// <summary>How fast a store opens again: from its log alone, and from a checkpoint.</summary>
internal sealed class RecoveryBench(StoreBenchOptions options)
{
    public async Task RunAsync(CancellationToken cancellationToken)
    {
        List<string[]> rows = [];
        foreach (bool fromLog in new[] { true, false })
        {
            string directory = Path.Combine(options.DataDirectory, fromLog ? "recovery-log" : "recovery-checkpoint");
            StoreOptions store = StoreDriver.OptionsOf(directory, 64 << 10) with { CheckpointBytes = fromLog ? long.MaxValue : null };
            await using (StoreDriver filling = StoreDriver.Open(store, options.Records, options.ValueBytes))
            {
                filling.WriteAll(Enumerable.Range(0, options.Records));
            }

            List<double> windows = [];
            long checkpoint = 0;
            for (int window = 0; window < options.Windows; window++)
            {
                cancellationToken.ThrowIfCancellationRequested();
                long begun = Stopwatch.GetTimestamp();
                await using StoreDriver opened = StoreDriver.Open(store, options.Records, options.ValueBytes, versions: 1);
                windows.Add(options.Records / Stopwatch.GetElapsedTime(begun).TotalSeconds);
                checkpoint = opened.Store.Status.Files.CheckpointNumber;
            }

            string from = checkpoint == 0 ? "log alone" : $"checkpoint {checkpoint}";
            rows.Add([from, Report.Count(Medians.Of(windows)), Report.Count(windows.Min()), Report.Count(windows.Max())]);
        }

        Console.WriteLine($"\nopening a store of {Report.Count(options.Records)} records, values of {options.ValueBytes} bytes");
        Report.Table(["from", "records/s", "least", "most"], rows);
    }
}

using KvStore.Bench.Measuring;
using KvStore.Node.Storage;

namespace KvStore.Bench.Stores;

/// <summary>Bytes on disk for each live byte while few keys are overwritten many times, without stopping.</summary>
internal static class OverwriteBench
{
    private const int Keys = 10_000;
    private const int Overwrites = 1_000_000;
    private const int LargeBytes = 4096;
    private const int OverwritesBetweenLooks = 20_000;

    public static async Task RunAsync(string directory, CancellationToken cancellationToken)
    {
        await using StoreDriver driver = StoreDriver.Open(StoreDriver.OptionsOf(Path.Combine(directory, "overwrites"), 64 << 10), Keys, LargeBytes);
        driver.WriteAll(Enumerable.Range(0, Keys));
        Random random = new(5);
        List<double> ratios = [];
        for (int done = 0; done < Overwrites; done += OverwritesBetweenLooks)
        {
            cancellationToken.ThrowIfCancellationRequested();
            driver.WriteAll(Enumerable.Range(0, OverwritesBetweenLooks).Select(_ => random.Next(Keys)));
            StoreStatus status = driver.Store.Status;
            ratios.Add((double)status.DiskBytes / status.ValueBytes);
        }

        StoreStatus end = driver.Store.Status;
        Console.WriteLine($"\n{Report.Count(Overwrites)} overwrites of {Report.Count(Keys)} keys, values of {LargeBytes} bytes");
        Report.Table(
            ["", "live MiB", "on disk MiB", "log MiB", "data MiB", "of live, median", "most", "at the end"],
            [
                [
                    "disk",
                    Report.Mebibytes(end.ValueBytes),
                    Report.Mebibytes(end.DiskBytes),
                    Report.Mebibytes(end.Files.LogBytes),
                    Report.Mebibytes(end.Files.DataBytes),
                    Report.Ratio(Medians.Of(ratios)),
                    Report.Ratio(ratios.Max()),
                    Report.Ratio(ratios[^1]),
                ],
            ]);
    }
}

using KvStore.Bench.Loads;
using KvStore.Bench.Measuring;

namespace KvStore.Bench;

/// <summary>
/// Puts, gets and deletes a second at quorum, with few and many callers, and what the disk did in the same minutes.
/// </summary>
/// <remarks>
/// Every window measures the anchor and then everything else once; figures are medians over the windows, ratios are medians
/// of each window's own ratio. That is because a shared machine changes its speed within a run: what is compared must have
/// been measured next to each other. Callers are spread over the members, one connection a member, and take keys at random.
/// </remarks>
internal sealed class GrpcBench(GrpcBenchOptions options, IReadOnlyList<Uri> endpoints)
{
    private static readonly TimeSpan AnchorTime = TimeSpan.FromSeconds(1);
    private static readonly LoadKind[] Kinds = [LoadKind.Put, LoadKind.Get, LoadKind.Delete];

    private readonly LoadWindow _load = new(options.Keys, options.ValueBytes);

    public async Task RunAsync(CancellationToken cancellationToken)
    {
        Console.WriteLine(
            $"{endpoints.Count} members, quorum, durable as they are configured (by default on disk before a put is answered), "
            + $"{options.Keys} keys, values of {options.ValueBytes} bytes, {options.Windows} windows of {options.Time.TotalSeconds} s each");
        using KvStoreTarget target = new(endpoints);
        using DiskAnchor disk = new(options.DataDirectory);
        await _load.FillAsync(target, cancellationToken);
        foreach (LoadKind kind in Kinds)
        {
            await _load.RunAsync(target, kind, options.Clients.Max(), options.WarmUp / Kinds.Length, cancellationToken);
        }

        await MeasureAsync(target, disk, cancellationToken);
    }

    private async Task MeasureAsync(KvStoreTarget target, DiskAnchor disk, CancellationToken cancellationToken)
    {
        (LoadKind Kind, int Callers)[] rows = [.. Kinds.SelectMany(kind => options.Clients.Select(callers => (kind, callers)))];
        List<Measurement> anchors = [];
        List<Measurement>[] measured = [.. rows.Select(_ => new List<Measurement>())];
        for (int window = 0; window < options.Windows; window++)
        {
            anchors.Add(await disk.MeasureAsync(AnchorTime, cancellationToken));
            for (int row = 0; row < rows.Length; row++)
            {
                measured[row].Add(await _load.RunAsync(target, rows[row].Kind, rows[row].Callers, options.Time, cancellationToken));
            }
        }

        Measurement anchor = Measurement.MedianOf(anchors);
        Console.WriteLine(
            $"anchor, one writer of pwrite + fdatasync of {DiskAnchor.BlockBytes} bytes: {Report.Count(anchor.PerSecond)}/s, "
            + $"p50 {Report.Milliseconds(anchor.Median)} ms, p99 {Report.Milliseconds(anchor.P99)} ms");
        Report.Table(
            ["operation", "clients", "a second", "least", "most", "p50 ms", "p99 ms", "of anchor", "failed"],
            [.. rows.Select((row, index) => RowOf(row.Kind, row.Callers, measured[index], anchors))]);
    }

    private static string[] RowOf(LoadKind kind, int callers, List<Measurement> windows, List<Measurement> anchors)
    {
        Measurement median = Measurement.MedianOf(windows);
        return
        [
            LoadWindow.NameOf(kind),
            Report.Count(callers),
            Report.Count(median.PerSecond),
            Report.Count(windows.Min(window => window.PerSecond)),
            Report.Count(windows.Max(window => window.PerSecond)),
            Report.Milliseconds(median.Median),
            Report.Milliseconds(median.P99),
            Report.Ratio(Medians.Of(windows.Zip(anchors, (window, anchor) => window.PerSecond / anchor.PerSecond))),
            Report.Count(median.Failures),
        ];
    }
}

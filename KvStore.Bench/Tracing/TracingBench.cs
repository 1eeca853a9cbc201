using KvStore.Bench.Loads;
using KvStore.Bench.Measuring;
using KvStore.Bench.Nodes;

namespace KvStore.Bench.Tracing;

/// <summary>
/// What tracing costs: the same load on three clusters that differ only in how many operations they trace. All three run all
/// the time, one of them under load; figures are medians over the windows, ratios medians of each window's own ratio.
/// </summary>
internal sealed class TracingBench(int nodes, int clients, int keys, int windows, TimeSpan time, string dataDirectory)
{
    private const int ValueBytes = 100;

    /// <summary>A cluster is warm when a window is not faster than all before by more than this share.</summary>
    private const double WarmUpGain = 0.05;

    /// <summary>And is taken to be after so many windows at most.</summary>
    private const int WarmUpWindowsMax = 8;

    private static readonly (string Name, string? TracesPerSecondMax)[] Modes = [("off", "0"), ("default", null), ("all", "-1")];
    private static readonly LoadKind[] Kinds = [LoadKind.Put, LoadKind.Get];

    public async Task RunAsync(CancellationToken cancellationToken)
    {
        Console.WriteLine(
            $"three clusters of {nodes} nodes, one under load at a time, quorum, {clients} clients, {windows} windows of {time.TotalSeconds} s for each figure; "
            + "each exports logs, metrics and its traces to one receiver that forgets them");
        List<TelemetrySink> sinks = [];
        List<LocalCluster> clusters = [];
        try
        {
            foreach ((_, string? limit) in Modes)
            {
                sinks.Add(await TelemetrySink.StartAsync(cancellationToken));
                clusters.Add(await LocalCluster.StartAsync(nodes, dataDirectory, cancellationToken, Environment(sinks[^1], limit)));
            }

            await MeasureAsync(clusters, sinks, cancellationToken);
        }
        finally
        {
            foreach (LocalCluster cluster in clusters)
            {
                await cluster.DisposeAsync();
            }

            foreach (TelemetrySink sink in sinks)
            {
                await sink.DisposeAsync();
            }
        }
    }

    private static Dictionary<string, string> Environment(TelemetrySink sink, string? limit)
    {
        Dictionary<string, string> environment = new()
        {
            ["OTEL_EXPORTER_OTLP_ENDPOINT"] = sink.Address,
            ["OTEL_EXPORTER_OTLP_PROTOCOL"] = "http/protobuf",
        };
        if (limit is not null)
        {
            environment["KvStore__TracesPerSecondMax"] = limit;
        }

        return environment;
    }

    private async Task MeasureAsync(List<LocalCluster> clusters, List<TelemetrySink> sinks, CancellationToken cancellationToken)
    {
        LoadWindow load = new(keys, ValueBytes);
        KvStoreTarget[] targets = [.. clusters.Select(cluster => new KvStoreTarget(cluster.Endpoints))];
        foreach (KvStoreTarget target in targets)
        {
            await load.FillAsync(target, cancellationToken);
        }

        foreach (LoadKind kind in Kinds)
        {
            await WarmUpAsync(load, targets, kind, cancellationToken);
        }

        foreach (LoadKind kind in Kinds)
        {
            List<Measurement>[] measured = [.. Modes.Select(_ => new List<Measurement>())];
            long[] bytes = [.. sinks.Select(sink => sink.TraceBytes)];
            for (int window = 0; window < windows; window++)
            {
                for (int mode = 0; mode < Modes.Length; mode++)
                {
                    measured[mode].Add(await load.RunAsync(targets[mode], kind, clients, time, cancellationToken));
                }
            }

            Report.Table(
                [LoadWindow.NameOf(kind), "a second", "p50 ms", "p99 ms", "of off", "traces, KiB", "failed"],
                [.. Modes.Select((mode, index) => Row(mode.Name, measured[index], measured[0], sinks[index].TraceBytes - bytes[index]))]);
        }

        foreach (KvStoreTarget target in targets)
        {
            target.Dispose();
        }
    }

    /// <summary>
    /// Loads the clusters in turn until none has become faster: while their nodes are still compiled, a ratio tells who was loaded
    /// first.
    /// </summary>
    private async Task WarmUpAsync(LoadWindow load, KvStoreTarget[] targets, LoadKind kind, CancellationToken cancellationToken)
    {
        double[] fastest = new double[targets.Length];
        for (int window = 1; window <= WarmUpWindowsMax; window++)
        {
            bool isFaster = false;
            for (int i = 0; i < targets.Length; i++)
            {
                double now = (await load.RunAsync(targets[i], kind, clients, time, cancellationToken)).PerSecond;
                isFaster |= now > fastest[i] * (1 + WarmUpGain);
                fastest[i] = Math.Max(fastest[i], now);
            }

            Console.WriteLine($"{LoadWindow.NameOf(kind)}: warmed up for {window} windows, {string.Join(", ", fastest.Select(Report.Count))} a second");
            if (!isFaster)
            {
                return;
            }
        }
    }

    private static string[] Row(string name, List<Measurement> own, List<Measurement> off, long traceBytes)
    {
        Measurement median = Measurement.MedianOf(own);
        return
        [
            name,
            Report.Count(median.PerSecond),
            Report.Milliseconds(median.Median),
            Report.Milliseconds(median.P99),
            Report.Ratio(Medians.Of(own.Zip(off, (one, without) => one.PerSecond / without.PerSecond))),
            Report.Count(traceBytes / 1024),
            Report.Count(own.Sum(window => window.Failures)),
        ];
    }
}

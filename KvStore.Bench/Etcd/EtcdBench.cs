using KvStore.Bench.Loads;
using KvStore.Bench.Measuring;

namespace KvStore.Bench.Etcd;

/// <summary>
/// The same load on a KvStore cluster and on an etcd cluster, in turn within each window, so that both meet the machine in the same
/// state. Both answer a put when a majority has it on disk, and reads are linearizable.
/// </summary>
internal sealed class EtcdBench(GrpcBenchOptions options)
{
    private static readonly LoadKind[] Kinds = [LoadKind.Put, LoadKind.Get, LoadKind.Delete, LoadKind.PutOneKey];

    private readonly LoadWindow _load = new(options.Keys, options.ValueBytes);

    public async Task RunAsync(LoadTarget own, LoadTarget other, CancellationToken cancellationToken)
    {
        int callers = options.Clients.Max();
        Console.WriteLine(
            $"{options.Nodes} members each, {callers} clients, {options.Keys} keys, values of {options.ValueBytes} bytes, "
            + $"{options.Windows} windows of {options.Time.TotalSeconds} s each");
        foreach (LoadTarget target in new[] { own, other })
        {
            await _load.FillAsync(target, cancellationToken);
            foreach (LoadKind kind in Kinds)
            {
                await _load.RunAsync(target, kind, callers, options.WarmUp / Kinds.Length, cancellationToken);
            }
        }

        Dictionary<LoadKind, List<(Measurement Own, Measurement Other)>> measured = Kinds.ToDictionary(kind => kind, _ => new List<(Measurement, Measurement)>());
        for (int window = 0; window < options.Windows; window++)
        {
            foreach (LoadKind kind in Kinds)
            {
                Measurement first = await _load.RunAsync(own, kind, callers, options.Time, cancellationToken);
                measured[kind].Add((first, await _load.RunAsync(other, kind, callers, options.Time, cancellationToken)));
            }
        }

        Report.Table(
            ["operation", own.Name, "p50 ms", "p99 ms", "µs CPU", other.Name, "p50 ms", "p99 ms", "µs CPU", $"of {other.Name}", "failed"],
            [.. Kinds.Select(kind => RowOf(kind, measured[kind]))]);
        double Rate(LoadKind kind) => Medians.Of(measured[kind].Select(pair => pair.Own.PerSecond));
        double P99(LoadKind kind) => Medians.Of(measured[kind].Select(pair => (double)pair.Own.P99.Ticks));
        Console.WriteLine();
        Console.WriteLine($"one key, of the rate over all keys: {Report.Ratio(Rate(LoadKind.PutOneKey) / Rate(LoadKind.Put))}");
        Console.WriteLine($"p99 of a delete, of a put's: {Report.Ratio(P99(LoadKind.Delete) / P99(LoadKind.Put))}");
    }

    // Members and clients apart: both share the machine's cores.
    private static string CpuOf(Measurement measurement) => $"{Report.Count(measurement.Cpu.Members)} + {Report.Count(measurement.Cpu.Bench)}";

    private static string[] RowOf(LoadKind kind, List<(Measurement Own, Measurement Other)> windows)
    {
        Measurement own = Measurement.MedianOf([.. windows.Select(pair => pair.Own)]);
        Measurement other = Measurement.MedianOf([.. windows.Select(pair => pair.Other)]);
        return
        [
            LoadWindow.NameOf(kind),
            Report.Count(own.PerSecond),
            Report.Milliseconds(own.Median),
            Report.Milliseconds(own.P99),
            CpuOf(own),
            Report.Count(other.PerSecond),
            Report.Milliseconds(other.Median),
            Report.Milliseconds(other.P99),
            CpuOf(other),
            Report.Ratio(Medians.Of(windows.Select(pair => pair.Own.PerSecond / pair.Other.PerSecond))),
            Report.Count(own.Failures + other.Failures),
        ];
    }
}

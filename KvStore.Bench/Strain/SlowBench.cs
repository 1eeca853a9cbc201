using KvStore.Bench.Loads;
using KvStore.Bench.Measuring;
using KvStore.Bench.Nodes;

namespace KvStore.Bench.Strain;

/// <summary>
/// The same load while all members are well and while one answers the others late: how much of that do callers notice? Each
/// window measures both, one after the other, and what the first second of slowness was like.
/// </summary>
internal sealed class SlowBench(SlowBenchOptions options)
{
    /// <summary>What callers at most wait, of what they wait while all are well.</summary>
    private const double Bar = 1.5;

    private static readonly LoadKind[] Kinds = [LoadKind.Get, LoadKind.Put];
    private static readonly TimeSpan Onset = TimeSpan.FromSeconds(1);

    private readonly LoadWindow _load = new(options.Keys, options.ValueBytes);

    public async Task RunAsync(CancellationToken cancellationToken)
    {
        await using LocalCluster cluster = await LocalCluster.StartAsync(options.Nodes, options.DataDirectory, cancellationToken, delaysLast: true);
        DelayProxy proxy = cluster.Proxy!;
        Console.WriteLine(
            $"{options.Nodes} members, quorum, durable, {options.Clients} callers, {options.Windows} windows of {options.Time.TotalSeconds} s each; "
            + $"what the others send to the last member comes {options.Delay.TotalMilliseconds} ms late while it is slow");
        using KvStoreTarget target = new(cluster.Endpoints);
        await _load.FillAsync(target, cancellationToken);
        foreach (LoadKind kind in Kinds)
        {
            await _load.RunAsync(target, kind, options.Clients, options.WarmUp / Kinds.Length, cancellationToken);
        }

        List<Pair>[] pairs = [.. Kinds.Select(_ => new List<Pair>())];
        for (int window = 0; window < options.Windows; window++)
        {
            for (int kind = 0; kind < Kinds.Length; kind++)
            {
                pairs[kind].Add(await MeasureAsync(target, proxy, Kinds[kind], cancellationToken));
            }
        }

        Report.Table(
            ["operation", "", "a second", "p50 ms", "p99 ms", "p50 of healthy", "p99 of healthy", "failed"],
            [.. Kinds.SelectMany((kind, index) => RowsOf(kind, pairs[index]))]);
        double worst = pairs.Max(of => RatioOf(of, pair => pair.Slow, measured => measured.P99));
        Console.WriteLine();
        Console.WriteLine($"p99 with a slow member: {Report.Ratio(worst)} of healthy at worst; the bar is {Report.Ratio(Bar)}: {(worst <= Bar ? "met" : "missed")}");
    }

    private async Task<Pair> MeasureAsync(KvStoreTarget target, DelayProxy proxy, LoadKind kind, CancellationToken cancellationToken)
    {
        Measurement healthy = await _load.RunAsync(target, kind, options.Clients, options.Time, cancellationToken);
        proxy.Delay = options.Delay;
        Measurement onset = await _load.RunAsync(target, kind, options.Clients, Onset, cancellationToken);
        Measurement slow = await _load.RunAsync(target, kind, options.Clients, options.Time, cancellationToken);
        proxy.Delay = TimeSpan.Zero;

        // Until the member is in favour again, so that the next window begins like the first.
        await _load.RunAsync(target, kind, options.Clients, options.Recovery, cancellationToken);
        return new Pair(healthy, onset, slow);
    }

    private static IEnumerable<string[]> RowsOf(LoadKind kind, List<Pair> pairs)
    {
        yield return RowOf(LoadWindow.NameOf(kind), "healthy", pairs, pair => pair.Healthy);
        yield return RowOf("", "first second", pairs, pair => pair.Onset);
        yield return RowOf("", "slow", pairs, pair => pair.Slow);
    }

    private static string[] RowOf(string operation, string state, List<Pair> pairs, Func<Pair, Measurement> which)
    {
        Measurement median = Measurement.MedianOf([.. pairs.Select(which)]);
        return
        [
            operation,
            state,
            Report.Count(median.PerSecond),
            Report.Milliseconds(median.Median),
            Report.Milliseconds(median.P99),
            Report.Ratio(RatioOf(pairs, which, measured => measured.Median)),
            Report.Ratio(RatioOf(pairs, which, measured => measured.P99)),
            Report.Count(median.Failures),
        ];
    }

    private static double RatioOf(List<Pair> pairs, Func<Pair, Measurement> which, Func<Measurement, TimeSpan> figure) =>
        Medians.Of(pairs.Select(pair => figure(which(pair)) / figure(pair.Healthy)));

    private sealed record Pair(Measurement Healthy, Measurement Onset, Measurement Slow);
}

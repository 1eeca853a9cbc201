using KvStore.Bench.Loads;
using KvStore.Bench.Measuring;
using KvStore.Bench.Nodes;

namespace KvStore.Bench.Strain;

/// <summary>
/// What is left of a cluster's capacity when several times as much is asked of it, and how soon it is as before. Capacity is
/// the most that was answered in any way of asking: by callers that make one call after the other, or of calls that come at a
/// steady rate. The overload comes at a steady rate, each call with a deadline, and only what was answered with success in time
/// counts.
/// </summary>
internal sealed class OverloadBench(OverloadBenchOptions options)
{
    private const double GoodputBar = 0.9;
    private const double RecoveryBarSeconds = 10;

    /// <summary>Of capacity, before and after: what a cluster in good times has to do.</summary>
    private const double NormalShare = 0.5;

    /// <summary>Back to normal: nearly all succeed, and half of them as fast as in the worst part before, to this factor.</summary>
    private const double NormalSuccess = 0.99;

    private const double NormalSlowdown = 2;

    /// <summary>Parts in a row that have to be normal.</summary>
    private const int NormalParts = 4;

    /// <summary>What is offered, of the most that was answered so far, until no more is.</summary>
    private const double Step = 1.5;

    private const int StepsMax = 6;

    private static readonly int[] Callers = [64, 256];
    private static readonly TimeSpan Part = TimeSpan.FromMilliseconds(500);

    private readonly LoadWindow _load = new(options.Keys, options.ValueBytes);

    public async Task RunAsync(CancellationToken cancellationToken)
    {
        await using LocalCluster cluster = await LocalCluster.StartAsync(options.Nodes, options.DataDirectory, cancellationToken);
        Console.WriteLine(
            $"{options.Nodes} members, quorum, durable, {LoadWindow.NameOf(options.Kind)}s, {options.Windows} windows: capacity, then {options.Times} times as much "
            + $"for {options.Time.TotalSeconds} s with deadlines of {options.Deadline.TotalMilliseconds} ms, then half of it for {options.After.TotalSeconds} s");
        using KvStoreTarget closed = new(cluster.Endpoints);
        using KvStoreTarget open = new(cluster.Endpoints, timeout: options.Deadline);
        await _load.FillAsync(closed, cancellationToken);
        await _load.RunAsync(closed, options.Kind, Callers[^1], options.WarmUp, cancellationToken);
        List<Window> windows = [];
        for (int window = 0; window < options.Windows; window++)
        {
            windows.Add(await MeasureAsync(closed, open, cancellationToken));
        }

        Report.Table(
            ["window", "capacity", "offered", "goodput", "of capacity", "p99 ms", "refused or late", "normal after s"],
            [.. windows.Select((window, number) => RowOf(number + 1, window))]);
        double goodput = Medians.Of(windows.Select(window => window.GoodputOfCapacity));
        double recovery = Medians.Of(windows.Select(window => window.NormalAfter ?? double.PositiveInfinity));
        Console.WriteLine();
        Console.WriteLine($"goodput of capacity {Report.Ratio(goodput)}; the bar is {Report.Ratio(GoodputBar)}: {(goodput >= GoodputBar ? "met" : "missed")}");
        Console.WriteLine($"normal after {Report.Ratio(recovery)} s; the bar is {Report.Ratio(RecoveryBarSeconds)} s: {(recovery <= RecoveryBarSeconds ? "met" : "missed")}");
    }

    private async Task<Window> MeasureAsync(KvStoreTarget closed, KvStoreTarget open, CancellationToken cancellationToken)
    {
        double capacity = await CapacityAsync(closed, open, cancellationToken);
        IReadOnlyList<Measurement> before = await OfferAsync(open, capacity * NormalShare, options.Time, cancellationToken);
        IReadOnlyList<Measurement> overload = await OfferAsync(open, capacity * options.Times, options.Time, cancellationToken);
        IReadOnlyList<Measurement> after = await OfferAsync(open, capacity * NormalShare, options.After, cancellationToken);
        return new Window(
            capacity,
            overload.Average(part => part.PerSecond) / capacity,
            Measurement.MedianOf(overload),
            NormalFrom(after, before.Max(part => part.Median)));
    }

    private async Task<double> CapacityAsync(KvStoreTarget closed, KvStoreTarget open, CancellationToken cancellationToken)
    {
        double capacity = 0;
        foreach (int callers in Callers)
        {
            capacity = Math.Max(capacity, (await _load.RunAsync(closed, options.Kind, callers, options.Time, cancellationToken)).PerSecond);
        }

        for (int step = 0; step < StepsMax; step++)
        {
            double answered = (await OfferAsync(open, capacity * Step, options.Time, cancellationToken)).Average(part => part.PerSecond);
            if (answered <= capacity)
            {
                break;
            }

            capacity = answered;
        }

        return capacity;
    }

    private Task<IReadOnlyList<Measurement>> OfferAsync(KvStoreTarget target, double rate, TimeSpan time, CancellationToken cancellationToken) =>
        OpenLoop.RunAsync(rate, time, Part, number => _load.CallAsync(target, options.Kind, number, cancellationToken), cancellationToken);

    /// <returns>Seconds until the first of some parts in a row that are normal; null if there are none.</returns>
    private static double? NormalFrom(IReadOnlyList<Measurement> parts, TimeSpan median)
    {
        int normal = 0;
        for (int part = 0; part < parts.Count; part++)
        {
            normal = IsNormal(parts[part], median) ? normal + 1 : 0;
            if (normal == NormalParts)
            {
                return (part + 1 - NormalParts) * Part.TotalSeconds;
            }
        }

        return null;
    }

    private static bool IsNormal(Measurement part, TimeSpan median)
    {
        double calls = (part.PerSecond * Part.TotalSeconds) + part.Failures;
        return part.Failures <= calls * (1 - NormalSuccess) && part.Median <= median * NormalSlowdown;
    }

    private string[] RowOf(int number, Window window) =>
    [
        Report.Count(number),
        Report.Count(window.Capacity),
        Report.Count(window.Capacity * options.Times),
        Report.Count(window.Capacity * window.GoodputOfCapacity),
        Report.Ratio(window.GoodputOfCapacity),
        Report.Milliseconds(window.Overload.P99),
        Report.Count(window.Overload.Failures),
        window.NormalAfter is { } seconds ? Report.Ratio(seconds) : "not",
    ];

    private sealed record Window(double Capacity, double GoodputOfCapacity, Measurement Overload, double? NormalAfter);
}

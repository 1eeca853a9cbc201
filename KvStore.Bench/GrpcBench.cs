using System.Security.Cryptography;
using KvStore.Bench.Measuring;
using KvStore.Client;

namespace KvStore.Bench;

/// <summary>
/// Puts and gets a second at quorum, with few and many callers, and what the disk did in the same minutes.
/// </summary>
/// <remarks>
/// Every window measures the anchor and then everything else once; figures are medians over the windows, ratios are medians
/// of each window's own ratio. That is because a shared machine changes its speed within a run: what is compared must have
/// been measured next to each other. Callers are spread over the members, one connection a member, and take keys at random.
/// </remarks>
internal sealed class GrpcBench(GrpcBenchOptions options, IReadOnlyList<Uri> endpoints)
{
    private const int LoadingCallers = 64;

    private static readonly TimeSpan AnchorTime = TimeSpan.FromSeconds(1);

    private readonly KvKey[] _keys = [.. Enumerable.Range(0, options.Keys).Select(number => (KvKey)$"bench-{number:d8}")];
    private readonly byte[] _value = RandomNumberGenerator.GetBytes(options.ValueBytes);

    private enum Kind
    {
        Put,
        Get,
    }

    public async Task RunAsync(CancellationToken cancellationToken)
    {
        Console.WriteLine(
            $"{endpoints.Count} members, quorum, durable as they are configured (by default on disk before a put is answered), "
            + $"{options.Keys} keys, values of {options.ValueBytes} bytes, {options.Windows} windows of {options.Time.TotalSeconds} s each");
        KvClient[] clients = [.. endpoints.Select(endpoint => new KvClient(endpoint))];
        using DiskAnchor disk = new(options.DataDirectory);
        try
        {
            await FillAsync(clients, cancellationToken);
            await WarmUpAsync(clients, cancellationToken);
            await MeasureAsync(clients, disk, cancellationToken);
        }
        finally
        {
            foreach (KvClient client in clients)
            {
                client.Dispose();
            }
        }
    }

    private async Task MeasureAsync(KvClient[] clients, DiskAnchor disk, CancellationToken cancellationToken)
    {
        (Kind Kind, int Callers)[] rows = [.. new[] { Kind.Put, Kind.Get }.SelectMany(kind => options.Clients.Select(callers => (kind, callers)))];
        List<Measurement> anchors = [];
        List<Measurement>[] measured = [.. rows.Select(_ => new List<Measurement>())];
        for (int window = 0; window < options.Windows; window++)
        {
            anchors.Add(await disk.MeasureAsync(AnchorTime, cancellationToken));
            for (int row = 0; row < rows.Length; row++)
            {
                measured[row].Add(await RunAsync(rows[row].Kind, rows[row].Callers, options.Time, clients, cancellationToken));
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

    private static string[] RowOf(Kind kind, int callers, List<Measurement> windows, List<Measurement> anchors)
    {
        Measurement median = Measurement.MedianOf(windows);
        return
        [
            kind == Kind.Put ? "put" : "get",
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

    /// <summary>Every key has a value before the first get.</summary>
    private async Task FillAsync(KvClient[] clients, CancellationToken cancellationToken)
    {
        ParallelOptions parallel = new() { MaxDegreeOfParallelism = LoadingCallers, CancellationToken = cancellationToken };
        await Parallel.ForAsync(0, _keys.Length, parallel, async (number, token) =>
            await clients[number % clients.Length].PutAsync(_keys[number], _value, consistency: Consistency.Quorum, cancellationToken: token));
    }

    private async Task WarmUpAsync(KvClient[] clients, CancellationToken cancellationToken)
    {
        TimeSpan half = options.WarmUp / 2;
        foreach (Kind kind in new[] { Kind.Put, Kind.Get })
        {
            await RunAsync(kind, options.Clients.Max(), half, clients, cancellationToken);
        }
    }

    private Task<Measurement> RunAsync(Kind kind, int callers, TimeSpan time, KvClient[] clients, CancellationToken cancellationToken)
    {
        Random[] chances = [.. Enumerable.Range(0, callers).Select(caller => new Random(caller))];
        return ClosedLoop.RunAsync(
            callers,
            time,
            async caller =>
            {
                KvClient client = clients[caller % clients.Length];
                KvKey key = _keys[chances[caller].Next(_keys.Length)];
                try
                {
                    return kind == Kind.Put
                        ? (await client.PutAsync(key, _value, consistency: Consistency.Quorum, cancellationToken: cancellationToken)).Applied
                        : await client.GetAsync(key, Consistency.Quorum, cancellationToken) is not null;
                }
                catch (KvException)
                {
                    return false;
                }
            },
            cancellationToken);
    }
}

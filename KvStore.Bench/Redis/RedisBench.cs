using KvStore.Bench.Measuring;
using KvStore.Bench.Nodes;

namespace KvStore.Bench.Redis;

/// <summary>
/// redis-benchmark on a node of ours and on redis-server, in turn within each window, so that both meet the machine in the same state.
/// </summary>
internal sealed class RedisBench(RedisBenchOptions options)
{
    /// <summary>One node in memory, one that syncs every write, three of replication 3.</summary>
    public static readonly string[] PartNames = ["memory", "durable", "cluster"];

    private const string NoBar = "";

    /// <summary>Seconds of one run while it warms up: its length goes by the rate before, which still rises.</summary>
    private static readonly TimeSpan WarmUpStep = TimeSpan.FromSeconds(1);

    public async Task RunAsync(CancellationToken cancellationToken)
    {
        Console.WriteLine(
            $"{options.Connections} connections, {options.Keys} keys, values of {options.ValueBytes} bytes, {options.Windows} windows of about {options.Time.TotalSeconds} s each");
        foreach (string part in PartNames.Where(options.Parts.Contains))
        {
            await (part switch
            {
                "memory" => OneNodeAsync(
                    "One node, replication 1, Durability=None; redis without a file",
                    isDurable: false,
                    [(new RedisLoad("set", 32), "0.8"), (new RedisLoad("get", 32), "0.8"), (new RedisLoad("set", 1), "0.6"), (new RedisLoad("get", 1), "0.6")],
                    cancellationToken),
                "durable" => OneNodeAsync(
                    "One node, replication 1, Durability=Commit; redis with appendfsync always", isDurable: true, [(new RedisLoad("set", 32), "1")], cancellationToken),
                _ => ClusterAsync(cancellationToken),
            });
        }
    }

    private async Task OneNodeAsync(string title, bool isDurable, (RedisLoad Load, string Bar)[] loads, CancellationToken cancellationToken)
    {
        Dictionary<string, string> environment = new() { ["KvStore__Durability"] = isDurable ? "Commit" : "None" };
        await using LocalCluster node = await LocalCluster.StartAsync(1, options.DataDirectory, cancellationToken, environment, speaksResp: true);
        await using RedisServer redis = await RedisServer.StartAsync(options.Server, options.DataDirectory, isDurable, cancellationToken);
        await MeasureAsync(title, [node.RespPorts[0], redis.Port], loads, cancellationToken);
    }

    private async Task ClusterAsync(CancellationToken cancellationToken)
    {
        const int Nodes = 3;
        Dictionary<string, string> environment = new() { ["KvStore__Resp__Cluster"] = "true" };
        await using LocalCluster cluster = await LocalCluster.StartAsync(Nodes, options.DataDirectory, cancellationToken, environment, speaksResp: true);
        RedisLoad[] loads =
        [
            .. from isClusterMode in new[] { false, true }
               from pipeline in new[] { 32, 1 }
               from test in new[] { "set", "get" }
               select new RedisLoad(test, pipeline, isClusterMode),
        ];
        await MeasureAsync(
            "Three nodes, replication 3, quorum, Durability=Commit; all at one node, and in cluster mode", [cluster.RespPorts[0]], [.. loads.Select(load => (load, NoBar))], cancellationToken);
    }

    /// <param name="ports">Of ours, and of redis where it is measured.</param>
    private async Task MeasureAsync(string title, int[] ports, (RedisLoad Load, string Bar)[] loads, CancellationToken cancellationToken)
    {
        foreach (int port in ports)
        {
            foreach ((RedisLoad load, _) in loads)
            {
                await load.RunAsync(options.Benchmark, port, options, WarmUpStep, cancellationToken); // finds its rate
                for (TimeSpan warmed = TimeSpan.Zero; warmed < options.WarmUp; warmed += WarmUpStep)
                {
                    await load.RunAsync(options.Benchmark, port, options, WarmUpStep, cancellationToken);
                }
            }
        }

        Dictionary<RedisLoad, List<Measurement[]>> measured = loads.ToDictionary(each => each.Load, _ => new List<Measurement[]>());
        for (int window = 0; window < options.Windows; window++)
        {
            foreach ((RedisLoad load, _) in loads)
            {
                List<Measurement> both = [];
                foreach (int port in ports)
                {
                    both.Add(await load.RunAsync(options.Benchmark, port, options, options.Time, cancellationToken));
                }

                measured[load].Add([.. both]);
            }
        }

        Console.WriteLine();
        Console.WriteLine(title);
        Report.Table(
            ["load", "kvstore", "p50 ms", "p99 ms", .. ports.Length > 1 ? ["redis", "p50 ms", "p99 ms", "of redis", "bar"] : Array.Empty<string>(), "seconds with errors"],
            [.. loads.Select(each => RowOf(each.Load, each.Bar, measured[each.Load]))]);
    }

    private static string[] RowOf(RedisLoad load, string bar, List<Measurement[]> windows)
    {
        Measurement[] medians = [.. windows[0].Select((_, place) => Measurement.MedianOf([.. windows.Select(window => window[place])]))];
        string[] ratio = medians.Length > 1 ? [Report.Ratio(Medians.Of(windows.Select(window => window[0].PerSecond / window[1].PerSecond))), bar] : [];
        return
        [
            load.Name,
            .. medians.SelectMany(median => new[] { Report.Count(median.PerSecond), Report.Milliseconds(median.Median), Report.Milliseconds(median.P99) }),
            .. ratio,
            Report.Count(medians.Sum(median => median.Failures)),
        ];
    }
}

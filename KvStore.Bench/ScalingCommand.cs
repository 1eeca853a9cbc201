using System.CommandLine;
using System.Globalization;
using KvStore.Bench.Loads;
using KvStore.Bench.Measuring;
using KvStore.Bench.Nodes;

namespace KvStore.Bench;

/// <summary><c>kvstore-bench scaling</c>: weak scaling, the same keys and clients for every node there is.</summary>
internal static class ScalingCommand
{
    private static readonly LoadKind[] Kinds = [LoadKind.Put, LoadKind.Get, LoadKind.Delete];

    public static Command Create()
    {
        Option<int> nodes = GrpcCommand.Whole("--nodes", "The largest cluster.", 5, 1, LocalCluster.NodesMax);
        Option<int> seconds = GrpcCommand.Whole("--seconds", "Length of one measurement.", 5, 1, 600);
        Option<int> clients = GrpcCommand.Whole("--clients", "Callers at once, for every node.", 16, 1, 256);
        Option<int> keys = GrpcCommand.Whole("--keys", "Different keys, for every node.", 2_000, 1, 1_000_000);
        Option<DirectoryInfo> data = new("--data")
        {
            Description = "Where the data is made.",
            DefaultValueFactory = _ => new DirectoryInfo(Path.GetTempPath()),
        };
        Command command = new("scaling", "Weak scaling from one node on: clients and keys grow with the nodes.") { nodes, seconds, clients, keys, data };
        command.SetAction(async (parsed, cancellationToken) =>
        {
            Report.Begin(GrpcCommand.CommandLine(parsed));
            Console.WriteLine($"replication 3 where there are three nodes; {parsed.GetValue(clients)} clients and {parsed.GetValue(keys)} keys a node; all on this machine");
            List<string[]> rows = [];
            for (int count = 1; count <= parsed.GetValue(nodes); count++)
            {
                await using LocalCluster cluster = await LocalCluster.StartAsync(count, parsed.GetValue(data)!.FullName, cancellationToken);
                rows.Add(await MeasureAsync(
                    cluster, count, count * parsed.GetValue(clients), count * parsed.GetValue(keys), TimeSpan.FromSeconds(parsed.GetValue(seconds)), cancellationToken));
            }

            Report.Table(["nodes", "clients", "put a second", "p99 ms", "get a second", "p99 ms", "delete a second", "p99 ms", "failed"], rows);
            return 0;
        });
        return command;
    }

    private static async Task<string[]> MeasureAsync(
        LocalCluster cluster, int nodes, int clients, int keys, TimeSpan time, CancellationToken cancellationToken)
    {
        LoadWindow load = new(keys, valueBytes: 100);
        using KvStoreTarget target = new(cluster.Endpoints);
        await load.FillAsync(target, cancellationToken);
        List<string> row = [nodes.ToString(CultureInfo.InvariantCulture), Report.Count(clients)];
        long failures = 0;
        foreach (LoadKind kind in Kinds)
        {
            // The first half warms up.
            await load.RunAsync(target, kind, clients, time, cancellationToken);
            Measurement measured = await load.RunAsync(target, kind, clients, time, cancellationToken);
            row.AddRange([Report.Count(measured.PerSecond), Report.Milliseconds(measured.P99)]);
            failures += measured.Failures;
        }

        return [.. row, Report.Count(failures)];
    }
}

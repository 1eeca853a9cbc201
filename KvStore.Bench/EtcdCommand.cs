using System.CommandLine;
using KvStore.Bench.Etcd;
using KvStore.Bench.Loads;
using KvStore.Bench.Measuring;
using KvStore.Bench.Nodes;

namespace KvStore.Bench;

/// <summary><c>kvstore-bench etcd</c>.</summary>
internal static class EtcdCommand
{
    public static Command Create()
    {
        Option<string> program = new("--etcd") { Description = "The etcd program.", DefaultValueFactory = _ => "etcd" };
        Option<int> nodes = GrpcCommand.Whole("--nodes", "Members of each cluster.", 3, 1, LocalCluster.NodesMax);
        Option<int> seconds = GrpcCommand.Whole("--seconds", "Length of one measurement.", 3, 1, 600);
        Option<int> windows = GrpcCommand.Whole("--windows", "Times that everything is measured; medians are printed.", 5, 1, 100);
        Option<int> warmUp = GrpcCommand.Whole("--warm-up", "Seconds of load on each before the first measurement.", 8, 0, 600);
        Option<int> clients = GrpcCommand.Whole("--clients", "Callers at once.", 64, 1, GrpcCommand.ClientsMax);
        Option<int> keys = GrpcCommand.Whole("--keys", "Different keys.", 10_000, 1, 10_000_000);
        Option<int> bytes = GrpcCommand.Whole("--value-bytes", "Bytes of a value.", 100, 0, 1 << 20);
        Option<DirectoryInfo> data = new("--data")
        {
            Description = "Where the data of both is made: one file system.",
            DefaultValueFactory = _ => new DirectoryInfo(Path.GetTempPath()),
        };
        Command command = new("etcd", "The same load on a cluster of ours and on one of etcd, in turn.") { program, nodes, seconds, windows, warmUp, clients, keys, bytes, data };
        command.SetAction((parsed, cancellationToken) => RunAsync(
            new GrpcBenchOptions(
                [],
                parsed.GetValue(nodes),
                TimeSpan.FromSeconds(parsed.GetValue(seconds)),
                parsed.GetValue(windows),
                TimeSpan.FromSeconds(parsed.GetValue(warmUp)),
                [parsed.GetValue(clients)],
                parsed.GetValue(keys),
                parsed.GetValue(bytes),
                parsed.GetValue(data)!.FullName),
            parsed.GetValue(program)!,
            GrpcCommand.CommandLine(parsed),
            cancellationToken));
        return command;
    }

    private static async Task<int> RunAsync(GrpcBenchOptions options, string program, string commandLine, CancellationToken cancellationToken)
    {
        Report.Begin(commandLine);
        await using EtcdCluster etcd = await EtcdCluster.StartAsync(program, options.Nodes, options.DataDirectory, cancellationToken);
        await using LocalCluster cluster = await LocalCluster.StartAsync(options.Nodes, options.DataDirectory, cancellationToken);
        using KvStoreTarget own = new(cluster.Endpoints, cluster.Members);
        using EtcdTarget other = new(etcd.Endpoints, etcd.Members);
        await new EtcdBench(options).RunAsync(own, other, cancellationToken);
        return 0;
    }
}

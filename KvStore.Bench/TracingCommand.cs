using System.CommandLine;
using KvStore.Bench.Measuring;
using KvStore.Bench.Nodes;
using KvStore.Bench.Tracing;

namespace KvStore.Bench;

/// <summary><c>kvstore-bench tracing</c>.</summary>
internal static class TracingCommand
{
    public static Command Create()
    {
        Option<int> nodes = GrpcCommand.Whole("--nodes", "Nodes of each of three clusters.", 3, 1, LocalCluster.NodesMax);
        Option<int> seconds = GrpcCommand.Whole("--seconds", "Length of one measurement.", 3, 1, 600);
        Option<int> windows = GrpcCommand.Whole("--windows", "Times that everything is measured; medians are printed.", 5, 1, 100);
        Option<int> clients = GrpcCommand.Whole("--clients", "Callers at once.", 64, 1, GrpcCommand.ClientsMax);
        Option<int> keys = GrpcCommand.Whole("--keys", "Different keys.", 10_000, 1, 10_000_000);
        Option<DirectoryInfo> data = new("--data")
        {
            Description = "Where the data is made.",
            DefaultValueFactory = _ => new DirectoryInfo(Path.GetTempPath()),
        };
        Command command = new("tracing", "The same load with tracing off, at its default limit, and of everything.") { nodes, seconds, windows, clients, keys, data };
        command.SetAction(async (parsed, cancellationToken) =>
        {
            Report.Begin(GrpcCommand.CommandLine(parsed));
            TracingBench bench = new(
                parsed.GetValue(nodes),
                parsed.GetValue(clients),
                parsed.GetValue(keys),
                parsed.GetValue(windows),
                TimeSpan.FromSeconds(parsed.GetValue(seconds)),
                parsed.GetValue(data)!.FullName);
            await bench.RunAsync(cancellationToken);
            return 0;
        });
        return command;
    }
}

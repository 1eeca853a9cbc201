using System.CommandLine;
using KvStore.Bench.Measuring;
using KvStore.Bench.Nodes;
using KvStore.Bench.Strain;

namespace KvStore.Bench;

/// <summary><c>kvstore-bench slow</c>.</summary>
internal static class SlowCommand
{
    public static Command Create()
    {
        Option<int> nodes = GrpcCommand.Whole("--nodes", "Nodes of the cluster.", 3, 3, LocalCluster.NodesMax);
        Option<int> delay = GrpcCommand.Whole("--delay", "Milliseconds by which what is sent to the slow member is late.", 200, 1, 10_000);
        Option<int> seconds = GrpcCommand.Whole("--seconds", "Length of one measurement.", 4, 1, 600);
        Option<int> windows = GrpcCommand.Whole("--windows", "Times that everything is measured; medians are printed.", 5, 1, 100);
        Option<int> warmUp = GrpcCommand.Whole("--warm-up", "Seconds of load before the first measurement.", 8, 0, 600);
        Option<int> recovery = GrpcCommand.Whole("--recovery", "Seconds of load after each slowness.", 5, 0, 600);
        Option<int> clients = GrpcCommand.Whole("--clients", "Callers at once.", 16, 1, GrpcCommand.ClientsMax);
        Option<int> keys = GrpcCommand.Whole("--keys", "Different keys.", 10_000, 1, 10_000_000);
        Option<int> bytes = GrpcCommand.Whole("--value-bytes", "Bytes of a value.", 100, 0, 1 << 20);
        Option<DirectoryInfo> data = new("--data")
        {
            Description = "Where the data is made.",
            DefaultValueFactory = _ => new DirectoryInfo(Path.GetTempPath()),
        };
        Command command = new("slow", "Gets and puts while one member answers the others late, beside the same while all are well.")
        {
            nodes, delay, seconds, windows, warmUp, recovery, clients, keys, bytes, data,
        };
        command.SetAction(async (parsed, cancellationToken) =>
        {
            Report.Begin(GrpcCommand.CommandLine(parsed));
            SlowBenchOptions options = new(
                parsed.GetValue(nodes),
                TimeSpan.FromMilliseconds(parsed.GetValue(delay)),
                TimeSpan.FromSeconds(parsed.GetValue(seconds)),
                parsed.GetValue(windows),
                TimeSpan.FromSeconds(parsed.GetValue(warmUp)),
                TimeSpan.FromSeconds(parsed.GetValue(recovery)),
                parsed.GetValue(clients),
                parsed.GetValue(keys),
                parsed.GetValue(bytes),
                parsed.GetValue(data)!.FullName);
            await new SlowBench(options).RunAsync(cancellationToken);
            return 0;
        });
        return command;
    }
}

using System.CommandLine;
using KvStore.Bench.Loads;
using KvStore.Bench.Measuring;
using KvStore.Bench.Nodes;
using KvStore.Bench.Strain;

namespace KvStore.Bench;

/// <summary><c>kvstore-bench overload</c>.</summary>
internal static class OverloadCommand
{
    public static Command Create()
    {
        Option<int> nodes = GrpcCommand.Whole("--nodes", "Nodes of the cluster.", 3, 1, LocalCluster.NodesMax);
        Option<bool> gets = new("--gets") { Description = "Gets instead of puts." };
        Option<int> times = GrpcCommand.Whole("--times", "How much is offered, of capacity.", 3, 2, 20);
        Option<int> deadline = GrpcCommand.Whole("--deadline", "Milliseconds that an offered call may take.", 500, 10, 60_000);
        Option<int> seconds = GrpcCommand.Whole("--seconds", "Length of a measurement of capacity, and of the overload.", 5, 1, 600);
        Option<int> after = GrpcCommand.Whole("--after", "Seconds that the cluster is watched afterwards.", 12, 1, 600);
        Option<int> windows = GrpcCommand.Whole("--windows", "Times that everything is measured; medians are printed.", 3, 1, 100);
        Option<int> warmUp = GrpcCommand.Whole("--warm-up", "Seconds of load before the first measurement.", 8, 0, 600);
        Option<int> keys = GrpcCommand.Whole("--keys", "Different keys.", 10_000, 1, 10_000_000);
        Option<int> bytes = GrpcCommand.Whole("--value-bytes", "Bytes of a value.", 100, 0, 1 << 20);
        Option<DirectoryInfo> data = new("--data")
        {
            Description = "Where the data is made.",
            DefaultValueFactory = _ => new DirectoryInfo(Path.GetTempPath()),
        };
        Command command = new("overload", "How much of a cluster's capacity is left when several times as much is asked of it.")
        {
            nodes, gets, times, deadline, seconds, after, windows, warmUp, keys, bytes, data,
        };
        command.SetAction(async (parsed, cancellationToken) =>
        {
            Report.Begin(GrpcCommand.CommandLine(parsed));
            OverloadBenchOptions options = new(
                parsed.GetValue(nodes),
                parsed.GetValue(gets) ? LoadKind.Get : LoadKind.Put,
                parsed.GetValue(times),
                TimeSpan.FromMilliseconds(parsed.GetValue(deadline)),
                TimeSpan.FromSeconds(parsed.GetValue(seconds)),
                TimeSpan.FromSeconds(parsed.GetValue(after)),
                parsed.GetValue(windows),
                TimeSpan.FromSeconds(parsed.GetValue(warmUp)),
                parsed.GetValue(keys),
                parsed.GetValue(bytes),
                parsed.GetValue(data)!.FullName);
            await new OverloadBench(options).RunAsync(cancellationToken);
            return 0;
        });
        return command;
    }
}

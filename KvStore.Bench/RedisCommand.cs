using System.CommandLine;
using KvStore.Bench.Measuring;
using KvStore.Bench.Redis;

namespace KvStore.Bench;

/// <summary><c>kvstore-bench redis</c>.</summary>
internal static class RedisCommand
{
    public static Command Create()
    {
        Option<string> server = new("--redis") { Description = "The redis-server program.", DefaultValueFactory = _ => "redis-server" };
        Option<string> benchmark = new("--benchmark") { Description = "The redis-benchmark program.", DefaultValueFactory = _ => "redis-benchmark" };
        Option<string[]> parts = new("--parts")
        {
            Description = "One node in memory, one that syncs every write, three nodes.",
            AllowMultipleArgumentsPerToken = true,
            DefaultValueFactory = _ => RedisBench.PartNames,
        };
        parts.AcceptOnlyFromAmong(RedisBench.PartNames);
        Option<int> seconds = GrpcCommand.Whole("--seconds", "Length of one measurement, about.", 3, 1, 600);
        Option<int> windows = GrpcCommand.Whole("--windows", "Times that everything is measured; medians are printed.", 5, 1, 100);
        Option<int> warmUp = GrpcCommand.Whole("--warm-up", "Seconds of each load on each server before the first measurement.", 4, 0, 600);
        Option<int> connections = GrpcCommand.Whole("--connections", "Connections at once.", 50, 1, GrpcCommand.ClientsMax);
        Option<int> keys = GrpcCommand.Whole("--keys", "Different keys.", 10_000, 1, 10_000_000);
        Option<int> bytes = GrpcCommand.Whole("--value-bytes", "Bytes of a value.", 100, 1, 1 << 20);
        Option<DirectoryInfo> data = new("--data")
        {
            Description = "Where the data of both is made: one file system.",
            DefaultValueFactory = _ => new DirectoryInfo(Path.GetTempPath()),
        };
        Command command = new("redis", "redis-benchmark on nodes of ours and on redis-server, in turn.")
        {
            server, benchmark, parts, seconds, windows, warmUp, connections, keys, bytes, data,
        };
        command.SetAction(async (parsed, cancellationToken) =>
        {
            Report.Begin(GrpcCommand.CommandLine(parsed));
            await new RedisBench(new RedisBenchOptions(
                parsed.GetValue(server)!,
                parsed.GetValue(benchmark)!,
                TimeSpan.FromSeconds(parsed.GetValue(seconds)),
                parsed.GetValue(windows),
                TimeSpan.FromSeconds(parsed.GetValue(warmUp)),
                parsed.GetValue(connections),
                parsed.GetValue(keys),
                parsed.GetValue(bytes),
                parsed.GetValue(data)!.FullName,
                parsed.GetValue(parts)!)).RunAsync(cancellationToken);
            return 0;
        });
        return command;
    }
}

using System.CommandLine;
using KvStore.Bench.Measuring;
using KvStore.Bench.Stores;

namespace KvStore.Bench;

/// <summary><c>kvstore-bench store</c>.</summary>
internal static class StoreCommand
{
    private static readonly string[] Parts = ["commits", "reads", "larger", "recovery", "overwrites"];

    public static Command Create()
    {
        Option<int> seconds = GrpcCommand.Whole("--seconds", "Length of one measurement.", 3, 1, 600);
        Option<int> windows = GrpcCommand.Whole("--windows", "Times that everything is measured; medians are printed.", 5, 1, 100);
        Option<int> warmUp = GrpcCommand.Whole("--warm-up", "Seconds of load before a part's first window.", 6, 0, 600);
        Option<int> bytes = GrpcCommand.Whole("--value-bytes", "Bytes of a small value.", 100, 0, 64 << 10);
        Option<int> keys = GrpcCommand.Whole("--keys", "Keys that are read in memory.", 200_000, 1, 400_000);
        Option<int> records = GrpcCommand.Whole("--records", "Records of the store that is opened again.", 1_000_000, 1000, 100_000_000);
        Option<string[]> parts = new("--parts")
        {
            Description = $"What is measured: {string.Join(", ", Parts)}.",
            AllowMultipleArgumentsPerToken = true,
            DefaultValueFactory = _ => Parts,
        };
        parts.AcceptOnlyFromAmong(Parts);
        Option<DirectoryInfo> data = new("--data")
        {
            Description = "Where the stores are made, and deleted again: the file system that is measured.",
            DefaultValueFactory = _ => new DirectoryInfo(Path.GetTempPath()),
        };
        Command command = new("store", "A member's store: commits, reads, recovery, disk.") { seconds, windows, warmUp, bytes, keys, records, parts, data };
        command.SetAction(async (parsed, cancellationToken) =>
        {
            Report.Begin(GrpcCommand.CommandLine(parsed));
            string directory = Path.Combine(parsed.GetValue(data)!.FullName, $"kvstore-bench-{Environment.ProcessId}");
            StoreBenchOptions options = new(
                directory,
                TimeSpan.FromSeconds(parsed.GetValue(seconds)),
                parsed.GetValue(windows),
                TimeSpan.FromSeconds(parsed.GetValue(warmUp)),
                parsed.GetValue(bytes),
                parsed.GetValue(keys),
                parsed.GetValue(records));
            try
            {
                foreach (string part in parsed.GetValue(parts)!)
                {
                    await RunAsync(part, options, cancellationToken);
                }
            }
            finally
            {
                Directory.Delete(directory, recursive: true);
            }

            return 0;
        });
        return command;
    }

    private static Task RunAsync(string part, StoreBenchOptions options, CancellationToken cancellationToken) => part switch
    {
        "commits" => new CommitBench(options).RunAsync(cancellationToken),
        "reads" => new ReadBench(options).RunAsync(cancellationToken),
        "larger" => LargerBench.RunAsync(options.DataDirectory, cancellationToken),
        "recovery" => new RecoveryBench(options).RunAsync(cancellationToken),
        "overwrites" => OverwriteBench.RunAsync(options.DataDirectory, cancellationToken),
        _ => throw new ArgumentOutOfRangeException(nameof(part), part, "No such part."),
    };
}

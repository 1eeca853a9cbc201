using System.CommandLine;
using System.CommandLine.Parsing;
using KvStore.Bench.Measuring;
using KvStore.Bench.Nodes;

namespace KvStore.Bench;

/// <summary><c>kvstore-bench grpc</c>.</summary>
internal static class GrpcCommand
{
    public const int ClientsMax = 4096;

    private static readonly int[] ClientsByDefault = [1, 16, 64];

    public static Command Create()
    {
        Option<Uri[]> endpoints = new("--endpoints")
        {
            Description = "gRPC addresses of a running cluster, such as http://localhost:9001. Without them a cluster is started.",
            AllowMultipleArgumentsPerToken = true,
            CustomParser = ParseEndpoints,
        };
        Option<int> nodes = Whole("--nodes", "Nodes of the cluster that is started.", 3, 1, LocalCluster.NodesMax);
        Option<int> seconds = Whole("--seconds", "Length of one measurement.", 3, 1, 600);
        Option<int> windows = Whole("--windows", "Times that everything is measured; medians are printed.", 5, 1, 100);
        Option<int> warmUp = Whole("--warm-up", "Seconds of load before the first measurement.", 8, 0, 600);
        Option<int> keys = Whole("--keys", "Different keys.", 10_000, 1, 10_000_000);
        Option<int> bytes = Whole("--value-bytes", "Bytes of a value.", 100, 0, 1 << 20);
        Option<int[]> clients = new("--clients")
        {
            Description = $"Callers at once, one table row each; 1 to {ClientsMax}.",
            AllowMultipleArgumentsPerToken = true,
            DefaultValueFactory = _ => ClientsByDefault,
        };
        clients.Validators.Add(result => Check(result, "--clients", result.GetValueOrDefault<int[]>(), 1, ClientsMax));
        Option<DirectoryInfo> data = new("--data")
        {
            Description = "Where data of a started cluster and the anchor's file are made: the file system that is measured.",
            DefaultValueFactory = _ => new DirectoryInfo(Path.GetTempPath()),
        };
        Command command = new("grpc", "Puts, gets and deletes a second through gRPC, at quorum.") { endpoints, nodes, seconds, windows, warmUp, clients, keys, bytes, data };
        command.SetAction((parsed, cancellationToken) => RunAsync(
            new GrpcBenchOptions(
                parsed.GetValue(endpoints) ?? [],
                parsed.GetValue(nodes),
                TimeSpan.FromSeconds(parsed.GetValue(seconds)),
                parsed.GetValue(windows),
                TimeSpan.FromSeconds(parsed.GetValue(warmUp)),
                parsed.GetValue(clients)!,
                parsed.GetValue(keys),
                parsed.GetValue(bytes),
                parsed.GetValue(data)!.FullName),
            CommandLine(parsed),
            cancellationToken));
        return command;
    }

    /// <summary>An option that is a whole number within limits.</summary>
    public static Option<int> Whole(string name, string description, int byDefault, int min, int max)
    {
        Option<int> option = new(name) { Description = $"{description} {min} to {max}.", DefaultValueFactory = _ => byDefault };
        option.Validators.Add(result => Check(result, name, [result.GetValueOrDefault<int>()], min, max));
        return option;
    }

    /// <summary>As it was given, below the program's name.</summary>
    public static string CommandLine(ParseResult parsed) => string.Join(' ', parsed.Tokens.Select(token => token.Value));

    private static async Task<int> RunAsync(GrpcBenchOptions options, string commandLine, CancellationToken cancellationToken)
    {
        Report.Begin(commandLine);
        if (options.Endpoints.Count > 0)
        {
            await new GrpcBench(options, options.Endpoints).RunAsync(cancellationToken);
            return 0;
        }

        await using LocalCluster cluster = await LocalCluster.StartAsync(options.Nodes, options.DataDirectory, cancellationToken);
        await new GrpcBench(options, cluster.Endpoints).RunAsync(cancellationToken);
        return 0;
    }

    private static Uri[] ParseEndpoints(ArgumentResult result)
    {
        List<Uri> endpoints = [];
        foreach (string text in result.Tokens.SelectMany(token => token.Value.Split(',', StringSplitOptions.RemoveEmptyEntries)))
        {
            if (Uri.TryCreate(text, UriKind.Absolute, out Uri? endpoint) && endpoint.Scheme is "http" or "https")
            {
                endpoints.Add(endpoint);
            }
            else
            {
                result.AddError($"--endpoints: '{text}' is not an http address.");
            }
        }

        return [.. endpoints];
    }

    private static void Check(OptionResult result, string name, IEnumerable<int>? values, int min, int max)
    {
        foreach (int value in (values ?? []).Where(value => value < min || value > max))
        {
            result.AddError($"{name} must be a whole number from {min} to {max}, not {value}.");
        }
    }
}

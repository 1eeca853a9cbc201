using System.Diagnostics;
using System.Globalization;

namespace KvStore.Bench.Nodes;

/// <summary>
/// A cluster on this machine for the time of a bench: one process a node, on free ports, with data in a directory of its own
/// that is deleted in the end.
/// </summary>
internal sealed class LocalCluster : IAsyncDisposable
{
    public const int NodesMax = 9;

    private const int ReplicationMost = 3;

    private static readonly TimeSpan StartTime = TimeSpan.FromSeconds(60);

    private static int _count;

    private readonly List<ChildProcess> _nodes = [];
    private readonly string _directory;

    private LocalCluster(string directory, IReadOnlyList<Uri> endpoints, DelayProxy? proxy)
    {
        _directory = directory;
        Endpoints = endpoints;
        Proxy = proxy;
    }

    /// <summary>gRPC addresses of the nodes.</summary>
    public IReadOnlyList<Uri> Endpoints { get; }

    /// <summary>Of the Redis protocol, where it was asked for.</summary>
    public required IReadOnlyList<int> RespPorts { get; init; }

    public IReadOnlyList<ChildProcess> Members => _nodes;

    /// <summary>Stands before the last node for the others, if it was asked for.</summary>
    public DelayProxy? Proxy { get; }

    /// <param name="count">1 to <see cref="NodesMax"/>.</param>
    /// <param name="parent">Where the directory of the data is made.</param>
    /// <param name="environment">More for every node.</param>
    /// <param name="delaysLast">Whether the other nodes reach the last one through <see cref="Proxy"/>.</param>
    /// <param name="speaksResp">Whether every node has a port of the Redis protocol.</param>
    public static async Task<LocalCluster> StartAsync(
        int count, string parent, CancellationToken cancellationToken, IReadOnlyDictionary<string, string>? environment = null, bool delaysLast = false, bool speaksResp = false)
    {
        FreePorts ports = new();
        (string Name, int Http, int Grpc, int Resp)[] members = [.. Enumerable.Range(1, count).Select(number => ($"node{number}", ports.Take(), ports.Take(), speaksResp ? ports.Take() : 0))];
        string directory = Path.Combine(parent, $"kvstore-bench-{Environment.ProcessId}-{Interlocked.Increment(ref _count)}");
        DelayProxy? proxy = null;
        (string Name, int Http, int Grpc, int Resp)[] known = [.. members];
        if (delaysLast)
        {
            known[^1].Grpc = ports.Take();
            proxy = new DelayProxy(known[^1].Grpc, members[^1].Grpc);
        }

        LocalCluster cluster = new(directory, [.. members.Select(member => new Uri(Address(member.Grpc)))], proxy) { RespPorts = [.. members.Select(member => member.Resp)] };
        try
        {
            for (int i = 0; i < members.Length; i++)
            {
                ProcessStartInfo start = NodeStart.With([.. SettingsOf(members[i], known[i], known, directory)]);
                foreach ((string variable, string value) in environment ?? new Dictionary<string, string>())
                {
                    start.Environment[variable] = value;
                }

                cluster._nodes.Add(new ChildProcess(start, new Uri($"{Address(members[i].Http)}/health")));
            }

            await Task.WhenAll(cluster._nodes.Select(node => node.WaitUntilHealthyAsync(StartTime, cancellationToken)));
            return cluster;
        }
        catch
        {
            await cluster.DisposeAsync();
            throw;
        }
    }

    public async ValueTask DisposeAsync()
    {
        foreach (ChildProcess node in _nodes)
        {
            await node.DisposeAsync();
        }

        if (Proxy is not null)
        {
            await Proxy.DisposeAsync();
        }

        if (Directory.Exists(_directory))
        {
            Directory.Delete(_directory, recursive: true);
        }
    }

    private static string Address(int port) => string.Create(CultureInfo.InvariantCulture, $"http://127.0.0.1:{port}");

    /// <param name="known">Where the others know this node.</param>
    private static IEnumerable<(string Name, string Value)> SettingsOf(
        (string Name, int Http, int Grpc, int Resp) node, (string Name, int Http, int Grpc, int Resp) known, (string Name, int Http, int Grpc, int Resp)[] members, string directory) =>
    [
        ("Cluster", "bench"),
        ("Name", node.Name),
        ("DataDirectory", Path.Combine(directory, node.Name)),
        ("HttpPort", node.Http.ToString(CultureInfo.InvariantCulture)),
        ("GrpcPort", node.Grpc.ToString(CultureInfo.InvariantCulture)),
        ("HttpAddress", Address(known.Http)),
        ("GrpcAddress", Address(known.Grpc)),
        ("Replication", Math.Min(members.Length, ReplicationMost).ToString(CultureInfo.InvariantCulture)),
        ("Seeds", string.Join(',', members.Select(member => string.Create(CultureInfo.InvariantCulture, $"127.0.0.1:{member.Grpc}")))),
        .. node.Resp > 0 ? [("Resp:Port", node.Resp.ToString(CultureInfo.InvariantCulture))] : Array.Empty<(string, string)>(),
    ];
}

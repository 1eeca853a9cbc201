using System.ComponentModel;
using System.Diagnostics;
using KvStore.Bench.Nodes;

namespace KvStore.Bench.Etcd;

/// <summary>An etcd cluster on this machine for the time of a bench, durable as etcd always is, with data that is deleted in the end.</summary>
internal sealed class EtcdCluster : IAsyncDisposable
{
    private static readonly TimeSpan StartTime = TimeSpan.FromSeconds(60);

    private readonly List<ChildProcess> _members = [];
    private readonly string _directory;

    private EtcdCluster(string directory, IReadOnlyList<Uri> endpoints)
    {
        _directory = directory;
        Endpoints = endpoints;
    }

    /// <summary>Client addresses of the members.</summary>
    public IReadOnlyList<Uri> Endpoints { get; }

    public IReadOnlyList<ChildProcess> Members => _members;

    /// <param name="program">The path of etcd, or its name on PATH.</param>
    /// <param name="count">Of members.</param>
    /// <param name="parent">Where the directory of the data is made.</param>
    /// <exception cref="InvalidOperationException">When it cannot be started; the message says why.</exception>
    public static async Task<EtcdCluster> StartAsync(string program, int count, string parent, CancellationToken cancellationToken)
    {
        FreePorts ports = new();
        (string Name, Uri Client, Uri Peer)[] members = [.. Enumerable.Range(1, count).Select(number => ($"etcd{number}", Address(ports), Address(ports)))];
        string directory = Path.Combine(parent, $"kvstore-bench-etcd-{Environment.ProcessId}");
        EtcdCluster cluster = new(directory, [.. members.Select(member => member.Client)]);
        try
        {
            foreach ((string name, Uri client, Uri peer) in members)
            {
                cluster._members.Add(Start(program, name, client, peer, members, directory));
            }

            await Task.WhenAll(cluster._members.Select(member => member.WaitUntilHealthyAsync(StartTime, cancellationToken)));
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
        foreach (ChildProcess member in _members)
        {
            await member.DisposeAsync();
        }

        if (Directory.Exists(_directory))
        {
            Directory.Delete(_directory, recursive: true);
        }
    }

    private static ChildProcess Start(string program, string name, Uri client, Uri peer, (string Name, Uri Client, Uri Peer)[] members, string directory)
    {
        ProcessStartInfo start = new(program)
        {
            ArgumentList =
            {
                "--name", name,
                "--data-dir", Path.Combine(directory, name),
                "--listen-client-urls", Text(client),
                "--advertise-client-urls", Text(client),
                "--listen-peer-urls", Text(peer),
                "--initial-advertise-peer-urls", Text(peer),
                "--initial-cluster", string.Join(',', members.Select(member => $"{member.Name}={Text(member.Peer)}")),
                "--initial-cluster-state", "new",
                "--log-level", "error",
            },
        };
        try
        {
            return new ChildProcess(start, new Uri(client, "/health"));
        }
        catch (Win32Exception exception)
        {
            throw new InvalidOperationException(
                $"'{program}' cannot be started: {exception.Message}. Install etcd (Debian: etcd-server), or say where it is with --etcd.", exception);
        }
    }

    private static Uri Address(FreePorts ports) => new($"http://127.0.0.1:{ports.Take()}");

    private static string Text(Uri address) => address.GetLeftPart(UriPartial.Authority);
}

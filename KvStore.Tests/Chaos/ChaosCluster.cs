using KvStore.Hosting;
using KvStore.Tests.Storage;

namespace KvStore.Tests.Chaos;

/// <summary>Nodes with three replicas of every key, as processes of their own. Nothing of it is left when it is disposed of.</summary>
internal sealed class ChaosCluster : IAsyncDisposable
{
    private const int Five = 5;
    private const int Replication = 3;

    private readonly TemporaryDirectory _temporary;

    private ChaosCluster(TemporaryDirectory temporary, IReadOnlyList<ChaosNode> nodes)
    {
        _temporary = temporary;
        Nodes = nodes;
    }

    public IReadOnlyList<ChaosNode> Nodes { get; }

    /// <summary>Starts five nodes and waits until each is healthy.</summary>
    public static Task<ChaosCluster> StartAsync(CancellationToken cancellationToken) => StartAsync(Five, Five, cancellationToken);

    /// <summary>Starts the first of some nodes and waits until each of these is healthy; the others join when they are started.</summary>
    /// <param name="count">Nodes in all.</param>
    /// <param name="first">That form the cluster.</param>
    /// <param name="settings">Of every node, beside those that all have.</param>
    public static async Task<ChaosCluster> StartAsync(int count, int first, CancellationToken cancellationToken, params (string Name, string Value)[] settings)
    {
        (string Name, int Http, int Grpc)[] members = [.. Enumerable.Range(1, count).Select(i => ($"node{i}", FreePorts.Take(), FreePorts.Take()))];
        TemporaryDirectory temporary = new();
        ChaosCluster cluster = new(
            temporary,
            [.. members.Select(member => new ChaosNode(member.Name, member.Http, member.Grpc, [.. SettingsOf(member, members[..first], temporary), .. settings]))]);
        try
        {
            foreach (ChaosNode node in cluster.Nodes.Take(first))
            {
                node.Start();
            }

            foreach (ChaosNode node in cluster.Nodes.Take(first))
            {
                await node.WaitUntilHealthyAsync("start", cancellationToken);
            }

            return cluster;
        }
        catch
        {
            await cluster.DisposeAsync();
            throw;
        }
    }

    public async Task WaitUntilHealthyAsync(string phase, CancellationToken cancellationToken)
    {
        foreach (ChaosNode node in Nodes)
        {
            await node.WaitUntilHealthyAsync(phase, cancellationToken);
        }
    }

    public async ValueTask DisposeAsync()
    {
        foreach (ChaosNode node in Nodes)
        {
            await node.DisposeAsync();
        }

        _temporary.Dispose();
    }

    private static (string Name, string Value)[] SettingsOf(
        (string Name, int Http, int Grpc) own, (string Name, int Http, int Grpc)[] seeds, TemporaryDirectory temporary) =>
    [
        ("Cluster", "chaos"),
        ("Name", own.Name),
        ("DataDirectory", temporary.At(own.Name)),
        ("HttpPort", $"{own.Http}"),
        ("GrpcPort", $"{own.Grpc}"),
        ("MemoryBytesMax", "32MiB"),
        ("Replication", $"{Replication}"),
        ("Seeds", string.Join(',', seeds.Select(member => $"127.0.0.1:{member.Grpc}"))),
    ];
}

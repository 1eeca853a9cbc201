using KvStore.Client;
using KvStore.Tests.Storage;
using Xunit;

namespace KvStore.Tests.Cluster;

/// <summary>All nodes go, by a stop or by kill -9, and everything acknowledged is there when they are back.</summary>
[Collection(nameof(RealProcesses))]
public sealed class RestartTests : IDisposable
{
    private const int Keys = 300;

    private static readonly Dictionary<string, string> NoEnvironment = [];

    private readonly TemporaryDirectory _data = new();
    private readonly CancellationToken _cancellation = TestContext.Current.CancellationToken;

    [Fact]
    public async Task A_cluster_started_again_on_other_ports_has_all_acknowledged_data()
    {
        string[] before;
        Uri address;
        await using (RunningCluster cluster = await RunningCluster.StartAsync(_data.Path, NoEnvironment, _cancellation))
        {
            await WriteAsync(cluster);
            before = await DescribeAsync(cluster.Grpc("node1"));
            address = cluster.GrpcAddress("node1");
        }

        await using RunningCluster again = await RunningCluster.StartAsync(_data.Path, NoEnvironment, _cancellation);

        Assert.NotEqual(address, again.GrpcAddress("node1"));
        foreach (string node in RunningCluster.Nodes)
        {
            Assert.Equal(before, await DescribeAsync(again.Grpc(node)));
        }
    }

    [Fact]
    public async Task Nodes_killed_all_at_once_come_back_with_all_acknowledged_data()
    {
        await using RunningCluster cluster = await RunningCluster.StartAsync(_data.Path, NoEnvironment, _cancellation);
        await WriteAsync(cluster);
        string[] before = await DescribeAsync(cluster.Grpc("node1"));

        await Task.WhenAll(RunningCluster.Nodes.Select(node => cluster.KillAsync(node, _cancellation)));
        for (int count = 1; count <= RunningCluster.Nodes.Count; count++)
        {
            await cluster.StartNodeAsync(RunningCluster.Nodes[count - 1], [.. RunningCluster.Nodes.Take(count)], _cancellation);
        }

        foreach (string node in RunningCluster.Nodes)
        {
            Assert.Equal(before, await DescribeAsync(cluster.Grpc(node)));
        }
    }

    public void Dispose() => _data.Dispose();

    /// <summary>Keys that were put once, put twice, deleted and counted, through all nodes.</summary>
    private async Task WriteAsync(RunningCluster cluster)
    {
        await Task.WhenAll(RunningCluster.Nodes.Select(async (node, index) =>
        {
            KvClient client = cluster.Grpc(node);
            for (int key = index; key < Keys; key += RunningCluster.Nodes.Count)
            {
                await client.PutAsync($"key-{key}", $"first-{key}", cancellationToken: _cancellation);
                switch (key % 10)
                {
                    case 0:
                        await client.DeleteAsync($"key-{key}", cancellationToken: _cancellation);
                        break;
                    case 1:
                        await client.PutAsync($"key-{key}", $"second-{key}", cancellationToken: _cancellation);
                        break;
                    default:
                        break;
                }

                await client.IncrementAsync("count", cancellationToken: _cancellation);
            }
        }));
    }

    /// <summary>Every key with its value and version, as this node answers for it.</summary>
    private async Task<string[]> DescribeAsync(KvClient client)
    {
        string[] keys = [.. Enumerable.Range(0, Keys).Select(key => $"key-{key}"), "count"];
        List<string> lines = [];
        foreach (string[] batch in keys.Chunk(100))
        {
            IReadOnlyList<BatchResult> results = await client.BatchAsync([.. batch.Select(key => BatchOperation.Get(key))], _cancellation);
            Assert.All(results, result => Assert.Null(result.Error));
            lines.AddRange(batch.Zip(results, (key, result) => $"{key} = {result.Value?.Text ?? "none"} at {result.Value?.Version ?? "no version"}"));
        }

        Assert.StartsWith($"count = {Keys} at ", lines[^1], StringComparison.Ordinal);
        Assert.Equal(Keys / 10, lines.Count(line => line.Contains("= none", StringComparison.Ordinal)));
        return [.. lines];
    }
}
